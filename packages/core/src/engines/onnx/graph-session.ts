import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { KeyValueCache, Kind } from './key-value-cache.ts';
import type { ModelFolder } from './model-folder.ts';

export interface StepRow {
  /** New tokens of this row. Rows of one step have equally many; more than one only when the step has a single row. */
  tokens: readonly number[];
  /** Tokens already in the cache. */
  past: number;
}

export interface GraphSession {
  /**
   * Runs the graph over rows [from, from + rows.length) of the cache and stores the new keys and values there.
   * Returns the logits after each row's last new token, one view a row of `vocabularySize` numbers, or none
   * when `wantLogits` is false (a slice of a prefill that is not the last).
   */
  step(cache: KeyValueCache, from: number, rows: readonly StepRow[], wantLogits: boolean): Promise<Float32Array[]>;
  release(): Promise<void>;
}

const KINDS = ['key', 'value'] as const satisfies readonly Kind[];

export async function openGraphSession(model: ModelFolder, threads: number): Promise<GraphSession> {
  const session = await InferenceSession.create(model.graph, {
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    // Shapes change at every step; remembered memory patterns would only grow (microsoft/onnxruntime#15087).
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  const layers = Array.from({ length: model.layers }, (_, layer) => layer);

  return {
    async step(cache, from, rows, wantLogits) {
      const width = rows[0]!.tokens.length;
      const pastFeeds = layers.flatMap((layer) =>
        KINDS.map((kind): [string, Tensor] => {
          // Without a past the attention takes its faster first-prompt path, which wants an empty one.
          const empty = rows.length === 1 && rows[0]!.past === 0;
          const data = empty ? new Float32Array(0) : cache.rows(layer, kind, from, rows.length);
          return [`past_key_values.${layer}.${kind}`, new Tensor('float32', data, [rows.length, model.keyValueHeads, empty ? 0 : cache.capacity, model.headDimension])];
        }),
      );
      const results = await session.run({ ...Object.fromEntries(pastFeeds), ...tokenFeeds(rows, width, wantLogits) });
      for (const layer of layers) {
        for (const kind of KINDS) {
          const fresh = results[`new.${layer}.${kind}`]!.data as Float32Array;
          const length = fresh.length / rows.length;
          rows.forEach((row, index) => cache.append(layer, kind, from + index, row.past, fresh.subarray(index * length, (index + 1) * length)));
        }
      }
      if (!wantLogits) return [];
      const logits = results['logits']!.data as Float32Array;
      return rows.map((_, index) => logits.subarray(index * model.vocabularySize, (index + 1) * model.vocabularySize));
    },
    release: () => session.release(),
  };
}

function tokenFeeds(rows: readonly StepRow[], width: number, wantLogits: boolean): Record<string, Tensor> {
  const count = rows.length;
  const tokens = new BigInt64Array(count * width);
  const positions = new BigInt64Array(count * width);
  rows.forEach((row, index) => {
    row.tokens.forEach((token, offset) => {
      tokens[index * width + offset] = BigInt(token);
      positions[index * width + offset] = BigInt(row.past + offset);
    });
  });
  const wanted = wantLogits ? 1 : 0;
  return {
    input_ids: new Tensor('int64', tokens, [count, width]),
    position_ids: new Tensor('int64', positions, [count, width]),
    seqlens_k: new Tensor('int32', Int32Array.from(rows, (row) => row.past + width - 1), [count]),
    total_seq: new Tensor('int32', Int32Array.of(Math.max(...rows.map((row) => row.past)) + width), []),
    logit_index: new Tensor('int64', new BigInt64Array(count * wanted).fill(BigInt(width - 1)), [count, wanted, 1]),
  };
}
