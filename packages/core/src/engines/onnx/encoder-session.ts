import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { EncoderFolder } from './encoder-folder.ts';

/** Turns a batch of token rows, special tokens included, into one vector of length 1 for each. */
export type RunEncoder = (rows: readonly (readonly number[])[]) => Promise<Float32Array[]>;

export async function openEncoderSession(model: EncoderFolder, threads: number): Promise<RunEncoder> {
  const session = await InferenceSession.create(model.graph, {
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    // Shapes change at every batch; remembered memory patterns would only grow (microsoft/onnxruntime#15087).
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: { session: { dynamic_block_base: '8' } },
  });
  return async (rows) => {
    const width = Math.max(...rows.map((row) => row.length));
    const tokens = new BigInt64Array(rows.length * width);
    rows.forEach((row, index) => row.forEach((token, at) => (tokens[index * width + at] = BigInt(token))));
    const { embedding } = await session.run({
      input_ids: new Tensor('int64', tokens, [rows.length, width]),
      lengths: new Tensor('int32', Int32Array.from(rows, (row) => row.length), [rows.length]),
    });
    const vectors = embedding!.data as Float32Array;
    return rows.map((_, index) => vectors.slice(index * model.dimensions, (index + 1) * model.dimensions));
  };
}
