import { openSync, readSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Region } from './onnx/data-file.ts';
import { addLowRank } from './adapter-sum.ts';
import type { Piece } from './copy-weights.ts';
import { isFloatFormat } from './quantization/block-formats.ts';
import { repack } from './quantization/repack.ts';
import { roundToEightBits, widenFloats } from './quantization/round-floats.ts';
import { unpack } from './quantization/unpack.ts';
import type { StoredTensor } from './formats/checkpoint.ts';

export interface CopyFailure {
  tensor: string;
  message: string;
  code: string | undefined;
  /** Whether the weights themselves are to blame. */
  unsound: boolean;
}

export type CopyReply = { sourceBytes: number } | { failure: CopyFailure };

const { target } = workerData as { target: string };
const targetFd = openSync(target, 'r+');
const opened = new Map<string, number>();
/** The halves of an adapter serve all pieces of a tensor, one piece after the other. */
let lastHalves: { name: string; down: Float32Array; up: Float32Array } | undefined;

parentPort!.on('message', (piece: Piece) => parentPort!.postMessage(copy(piece)));

function copy(piece: Piece): CopyReply {
  const { tensor } = piece;
  try {
    if ('values' in piece) {
      writeFully(readWeights(piece), piece.values);
    } else {
      const { codes, scales, zeroPoints } = isFloatFormat(tensor.format) || piece.adapter !== undefined ? roundToEightBits(readWeights(piece)) : repack(tensor.format, readBytes(tensor));
      writeFully(codes, piece.codes);
      writeFully(scales, piece.scales);
      if (piece.zeroPoints !== undefined) writeFully(zeroPoints, piece.zeroPoints);
    }
    return { sourceBytes: tensor.bytes };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { failure: { tensor: tensor.name, message, code, unsound: error instanceof RangeError } };
  }
}

/** The weights of a piece as numbers, with what an adapter adds to them. */
function readWeights({ tensor, adapter, firstWeight }: Piece): Float32Array {
  const weights = readFloats(tensor);
  if (adapter === undefined) return weights;
  if (lastHalves?.name !== tensor.name) lastHalves = { name: tensor.name, down: readHalf(adapter.down), up: readHalf(adapter.up) };
  addLowRank(weights, { ...adapter, ...lastHalves, first: firstWeight, columns: tensor.columns });
  const at = weights.findIndex((weight) => !Number.isFinite(weight));
  if (at >= 0) throw new RangeError(`weight ${firstWeight + at} with its adapter is not a finite number`);
  return weights;
}

function readHalf(tensor: StoredTensor): Float32Array {
  try {
    return readFloats(tensor);
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`${tensor.name} of its adapter: ${error.message}`) : error;
  }
}

function readFloats(tensor: StoredTensor): Float32Array {
  const bytes = readBytes(tensor);
  return isFloatFormat(tensor.format) ? widenFloats(tensor.format, bytes) : unpack(tensor.format, repack(tensor.format, bytes));
}

function readBytes({ file, offset, bytes }: StoredTensor): Uint8Array {
  const fd = opened.get(file) ?? openSync(file, 'r');
  opened.set(file, fd);
  const into = new Uint8Array(bytes);
  for (let done = 0; done < bytes; ) {
    const count = readSync(fd, into, done, bytes - done, offset + done);
    if (count === 0) throw new RangeError('the file ends inside its weights');
    done += count;
  }
  return into;
}

function writeFully(values: Uint8Array | Float32Array, region: Region): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (bytes.length !== region.bytes) throw new Error(`${bytes.length} bytes for a place of ${region.bytes}`);
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(targetFd, bytes, done, bytes.length - done, region.offset + done);
  }
}
