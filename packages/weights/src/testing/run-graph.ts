import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { expect } from 'vitest';
import { tiny, type TinyModel } from './tiny-model.ts';

export const load = (folder: string, graph: string): Promise<ort.InferenceSession> => ort.InferenceSession.create(join(folder, 'onnx', graph));
export const int64 = (values: readonly number[], dimensions: readonly number[]): ort.Tensor => new ort.Tensor('int64', BigInt64Array.from(values.map(BigInt)), dimensions);
export const int32 = (values: readonly number[], dimensions: readonly number[]): ort.Tensor => new ort.Tensor('int32', Int32Array.from(values), dimensions);
const indexes = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);
export const cacheNames = indexes(tiny.layers).flatMap((layer) => [`${layer}.key`, `${layer}.value`]);

const likeliest = (logits: Float32Array, count: number): number[] => indexes(logits.length).sort((a, b) => logits[b]! - logits[a]! || a - b).slice(0, count);

/** Runs one row through the engine's graph, `counts` tokens at a time (from the second time on `apart`), and returns the logits of every token. */
export async function runEngine(session: ort.InferenceSession, { shape, vocabularySize: vocabulary }: TinyModel, tokens: readonly number[], counts: readonly number[], apart = false): Promise<number[][]> {
  const { keyValueHeads, headDimension } = shape;
  const capacity = Math.max(16, tokens.length);
  const cache = new Map(cacheNames.map((name) => [name, new Float32Array(keyValueHeads * capacity * headDimension)]));
  const logits: number[][] = [];
  let filled = 0;
  for (const count of counts) {
    const result = await session.run({
      input_ids: int64(tokens.slice(filled, filled + count), [1, count]),
      position_ids: int64(indexes(count, filled), [1, count]),
      seqlens_k: apart && filled > 0 ? int32(indexes(count, filled), [count]) : int32([filled + count - 1], [1]),
      total_seq: int32([filled + count], []),
      apart: new ort.Tensor('bool', Uint8Array.of(Number(apart && filled > 0)), []),
      top_count: int64([3], [1]),
      logit_index: int64(indexes(count), [1, count, 1]),
      ...Object.fromEntries([...cache].map(([name, values]) => [`past_key_values.${name}`, new ort.Tensor('float32', values, [1, keyValueHeads, capacity, headDimension])])),
    });
    const flat = result['logits']!.data as Float32Array;
    const top = [...(result['top.tokens']!.data as BigInt64Array)].map(Number);
    for (let i = 0; i < count; i++) expect(top.slice(3 * i, 3 * i + 3), 'the three likeliest').toEqual(likeliest(flat.subarray(i * vocabulary, (i + 1) * vocabulary), 3));
    for (let i = 0; i < count; i++) logits.push([...flat.subarray(i * vocabulary, (i + 1) * vocabulary)]);
    for (const [name, values] of cache) {
      const fresh = result[`new.${name}`]!.data as Float32Array;
      for (let i = 0; i < count; i++) {
        for (let head = 0; head < keyValueHeads; head++) {
          const from = (i * keyValueHeads + head) * headDimension;
          values.set(fresh.subarray(from, from + headDimension), (head * capacity + filled + i) * headDimension);
        }
      }
    }
    filled += count;
  }
  return logits;
}

export async function runTransformers(session: ort.InferenceSession, { shape: { keyValueHeads, headDimension } }: TinyModel, rows: readonly (readonly number[])[], keep: number): Promise<Record<string, ort.Tensor>> {
  const length = Math.max(...rows.map((row) => row.length));
  const shape = [rows.length, length];
  const padding = rows.map((row) => length - row.length);
  const empty = [rows.length, keyValueHeads, 0, headDimension];
  return session.run({
    input_ids: int64(rows.flatMap((row, i) => [...indexes(padding[i]!).map(() => 0), ...row]), shape),
    attention_mask: int64(rows.flatMap((row, i) => [...indexes(padding[i]!).map(() => 0), ...row.map(() => 1)]), shape),
    position_ids: int64(rows.flatMap((row, i) => [...indexes(padding[i]!).map(() => 0), ...indexes(row.length)]), shape),
    num_logits_to_keep: int64([keep], []),
    ...Object.fromEntries(cacheNames.map((name) => [`past_key_values.${name}`, new ort.Tensor('float32', new Float32Array(0), empty)])),
  });
}
