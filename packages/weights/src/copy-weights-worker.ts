import { openSync, readSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Region } from './onnx/data-file.ts';
import { isFloatFormat } from './quantization/block-formats.ts';
import { repack } from './quantization/repack.ts';
import { roundToEightBits, widenFloats } from './quantization/round-floats.ts';
import type { Placement } from './weight-plan.ts';

export interface CopyFailure {
  tensor: string;
  message: string;
  code: string | undefined;
  /** Whether the weights themselves are to blame. */
  unsound: boolean;
}

export type CopyReply = { sourceBytes: number } | { failure: CopyFailure };

const { source, target } = workerData as { source: string; target: string };
const sourceFd = openSync(source, 'r');
const targetFd = openSync(target, 'r+');

parentPort!.on('message', (placement: Placement) => parentPort!.postMessage(copy(placement)));

function copy(placement: Placement): CopyReply {
  const { tensor } = placement;
  try {
    const bytes = new Uint8Array(tensor.bytes);
    readFully(bytes, tensor.offset);
    if ('values' in placement) {
      if (!isFloatFormat(tensor.format)) throw new Error(`${tensor.format} is no float format`);
      writeFully(widenFloats(tensor.format, bytes), placement.values);
    } else {
      const { codes, scales, zeroPoints } = isFloatFormat(tensor.format)
        ? roundToEightBits(widenFloats(tensor.format, bytes))
        : repack(tensor.format, bytes);
      writeFully(codes, placement.codes);
      writeFully(scales, placement.scales);
      if (placement.zeroPoints !== undefined) writeFully(zeroPoints, placement.zeroPoints);
    }
    return { sourceBytes: tensor.bytes };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { failure: { tensor: tensor.name, message, code, unsound: error instanceof RangeError } };
  }
}

function readFully(into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length; ) {
    const count = readSync(sourceFd, into, done, into.length - done, position + done);
    if (count === 0) throw new RangeError('the file ends inside its weights');
    done += count;
  }
}

function writeFully(values: Uint8Array | Float32Array, region: Region): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (bytes.length !== region.bytes) throw new Error(`${bytes.length} bytes for a place of ${region.bytes}`);
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(targetFd, bytes, done, bytes.length - done, region.offset + done);
  }
}
