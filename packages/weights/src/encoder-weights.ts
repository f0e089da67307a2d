import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { positionTable, type EncoderWeights } from './architectures/encoder.ts';
import { TaskError } from './errors.ts';
import type { SafetensorsFile, SafetensorsTensor } from './formats/safetensors.ts';
import type { DataFile, Region } from './onnx/data-file.ts';
import { roundedLayout } from './quantization/layout.ts';
import { roundToEightBits, widenFloats } from './quantization/round-floats.ts';
import type { Matrix } from './weight-plan.ts';

export interface EncoderWeightPlan extends EncoderWeights {
  /** Tensors that no part of the graph asked for, other than those that only training needs. */
  unused(): string[];
  sourceBytes(): number;
  /** Fills the data file. */
  write(path: string, options: { signal: AbortSignal | undefined; onWritten: (sourceBytes: number) => void }): Promise<void>;
}

type Floats = (name: string) => Promise<Float32Array>;

interface Piece {
  tensors: string[];
  write: (target: FileHandle, floats: Floats) => Promise<void>;
}

// Positions are counted, not stored; the pooler and the head that guesses masked words serve other ends.
const unneeded = /^(embeddings\.position_ids$|pooler\.|cls\.|lm_head\.)/;
const wordTable = 'embeddings.word_embeddings.weight';

/** Decides where each tensor of a checkpoint goes before a weight is read. */
export function planEncoderWeights(file: SafetensorsFile, data: DataFile, { round, firstPosition }: { round: boolean; firstPosition: number }): EncoderWeightPlan {
  const pieces = new Map<string, Piece>();
  const prefix = findPrefix(file);

  function find(name: string, dimensions: number): SafetensorsTensor {
    const tensor = file.tensors.get(prefix + name) ?? fail(file, prefix + name, 'is missing');
    if (!['F32', 'F16', 'BF16'].includes(tensor.format)) fail(file, tensor.name, `is ${tensor.format}, not floats`);
    return tensor.shape.length === dimensions ? tensor : fail(file, tensor.name, `has ${tensor.shape.length} dimensions instead of ${dimensions}`);
  }

  function placeFloats(name: string, tensors: string[], length: number, compute: (floats: Floats) => Promise<Float32Array>): Region {
    const region = data.place(name, length * 4);
    pieces.set(name, { tensors, write: async (target, floats) => writeArray(target, await compute(floats), region) });
    return region;
  }

  function floatMatrix(name: string): Matrix {
    const [rows, columns] = find(name, 2).shape as [number, number];
    return { name, rows, columns, stored: { values: placeFloats(name, [name], rows * columns, (floats) => floats(name)) } };
  }

  return {
    matrix(name) {
      const [rows, columns] = find(name, 2).shape as [number, number];
      if (!round || columns % roundedLayout.block !== 0) return floatMatrix(name);
      const codes = data.place(`${name}.codes`, rows * columns);
      const scales = data.place(`${name}.scales`, (rows * columns * 4) / roundedLayout.block);
      pieces.set(name, {
        tensors: [name],
        async write(target, floats) {
          const rounded = roundToEightBits(await floats(name));
          await writeArray(target, rounded.codes, codes);
          await writeArray(target, rounded.scales, scales);
        },
      });
      return { name, rows, columns, stored: { layout: roundedLayout, codes, scales, zeroPoints: undefined } };
    },
    vector(name) {
      const length = find(name, 1).shape[0]!;
      return { name, length, values: placeFloats(name, [name], length, (floats) => floats(name)) };
    },
    table: (name) => (name === positionTable ? placePositions() : floatMatrix(name)),
    unused() {
      const used = new Set([...pieces.values()].flatMap(({ tensors }) => tensors.map((name) => prefix + name)));
      return [...file.tensors.keys()].filter((name) => !used.has(name) && !unneeded.test(name.slice(name.startsWith(prefix) ? prefix.length : 0)));
    },
    sourceBytes: () => [...pieces.values()].flatMap(({ tensors }) => tensors).reduce((sum, name) => sum + file.tensors.get(prefix + name)!.bytes, 0),
    async write(path, { signal, onWritten }) {
      const [source, target] = [await open(file.path), await open(path, 'w')];
      try {
        await target.truncate(data.bytes());
        let written = 0;
        const floats: Floats = async (name) => {
          signal?.throwIfAborted();
          const tensor = file.tensors.get(prefix + name)!;
          const values = await readFloats(source, file, tensor);
          onWritten((written += tensor.bytes));
          return values;
        };
        for (const piece of pieces.values()) await piece.write(target, floats);
      } finally {
        await Promise.all([source.close(), target.close()]);
      }
    },
  };

  /** Where a token stands, and that it is of the first of two texts: both are the same for every text, so they are added once, here. */
  function placePositions(): Matrix {
    const [places, kinds] = ['embeddings.position_embeddings.weight', 'embeddings.token_type_embeddings.weight'] as const;
    const [rows, columns] = find(places, 2).shape as [number, number];
    const kindsShape = find(kinds, 2).shape;
    if (kindsShape[1] !== columns) fail(file, kinds, `is ${kindsShape[1]} wide instead of ${columns}`);
    const kept = rows - firstPosition;
    const values = placeFloats(positionTable, [places, kinds], kept * columns, async (floats) => {
      const kind = (await floats(kinds)).subarray(0, columns);
      return (await floats(places)).subarray(firstPosition * columns).map((value, at) => value + kind[at % columns]!);
    });
    return { name: positionTable, rows: kept, columns, stored: { values } };
  }
}

/** Checkpoints with a head keep the encoder under its name. */
function findPrefix(file: SafetensorsFile): string {
  const name = [...file.tensors.keys()].find((name) => name === wordTable || name.endsWith(`.${wordTable}`));
  return name === undefined ? fail(file, wordTable, 'is missing') : name.slice(0, -wordTable.length);
}

async function readFloats(source: FileHandle, file: SafetensorsFile, { name, format, offset, bytes }: SafetensorsTensor): Promise<Float32Array> {
  const buffer = new Uint8Array(bytes);
  for (let filled = 0; filled < bytes; ) {
    const { bytesRead } = await source.read(buffer, filled, Math.min(bytes - filled, 1 << 30), offset + filled);
    if (bytesRead === 0) fail(file, name, 'is cut off: the file shrank while it was read');
    filled += bytesRead;
  }
  try {
    return widenFloats(format as 'F32' | 'F16' | 'BF16', buffer);
  } catch (error) {
    return fail(file, name, error instanceof RangeError ? error.message : String(error));
  }
}

async function writeArray(target: FileHandle, array: Float32Array | Uint8Array, { offset, bytes }: Region): Promise<void> {
  const view = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  if (view.length !== bytes) throw new Error(`${view.length} bytes do not fill a region of ${bytes}`);
  for (let written = 0; written < bytes; ) written += (await target.write(view, written, Math.min(bytes - written, 1 << 30), offset + written)).bytesWritten;
}

function fail(file: SafetensorsFile, tensor: string, problem: string): never {
  const name = basename(file.path);
  throw new TaskError('invalid_model_file', `${name}: tensor ${tensor} ${problem}. Fetch the file again.`, { details: { file: name, tensor } });
}
