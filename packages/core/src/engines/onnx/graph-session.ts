import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { KeyValueCache, Kind } from './key-value-cache.ts';
import type { ModelFolder } from './model-folder.ts';

export interface StepRow {
  /** New tokens of this row. Rows of one step have equally many; more than one only when the step has a single row. */
  tokens: readonly number[];
  /** Tokens already in the cache. */
  past: number;
}

/**
 * What a step is asked for after each row's last new token: nothing (a slice of a prefill that is not the last), the
 * likeliest token, that and the {@link TOP_TOKENS} likeliest, or that and the logits. Logits cost a copy of the whole
 * vocabulary and a pass over it in JavaScript: for eight rows a fifth of a step (0.5B).
 */
export type Wanted = 'nothing' | 'likeliest' | 'top' | 'logits';

const TOP_TOKENS = 64;

export interface StepResult {
  likeliest: number;
  /** The likeliest tokens, likeliest first, where they were wanted. */
  top: number[] | undefined;
  /** A view of `vocabularySize` numbers, where logits were wanted. */
  logits: Float32Array | undefined;
}

export interface GraphSession {
  /** Runs the graph over rows [from, from + rows.length) of the cache and stores the new keys and values there. */
  step(cache: KeyValueCache, from: number, rows: readonly StepRow[], wanted: Wanted): Promise<StepResult[]>;
  /** Several tokens of a single row, with the outcome and the logits after each of them: what the model would have said there. */
  stepAll(cache: KeyValueCache, at: number, row: StepRow): Promise<StepResult[]>;
  /**
   * The same, each token computed exactly as if it had come alone, so that a text does not depend on which tokens were
   * computed together. Costs a copy of the row's cache a token.
   */
  stepApart(cache: KeyValueCache, at: number, row: StepRow): Promise<StepResult[]>;
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
    // Work is dealt out in small pieces, so that a core that is held up does not hold up the other (measured: 3 to 8 %).
    extra: { session: { dynamic_block_base: '8' } },
  });
  const layers = Array.from({ length: model.layers }, (_, layer) => layer);
  const topCount = Math.min(TOP_TOKENS, model.vocabularySize);
  const newOutputs = layers.flatMap((layer) => KINDS.map((kind) => `new.${layer}.${kind}`));
  const outputs = { nothing: newOutputs, likeliest: [...newOutputs, 'likeliest'], top: [...newOutputs, 'likeliest', 'top.tokens'], logits: [...newOutputs, 'likeliest', 'logits'] };

  async function run(cache: KeyValueCache, from: number, rows: readonly StepRow[], wanted: Wanted, positions: number, apart = false): Promise<StepResult[]> {
    const pastFeeds = layers.flatMap((layer) =>
      KINDS.map((kind): [string, Tensor] => {
        // Without a past the attention takes its faster first-prompt path, which wants an empty one.
        const empty = rows.length === 1 && rows[0]!.past === 0;
        const data = empty ? new Float32Array(0) : cache.rows(layer, kind, from, rows.length);
        return [`past_key_values.${layer}.${kind}`, new Tensor('float32', data, [rows.length, model.keyValueHeads, empty ? 0 : cache.capacity, model.headDimension])];
      }),
    );
    const results = await session.run({ ...Object.fromEntries(pastFeeds), ...tokenFeeds(rows, positions, apart), top_count: new Tensor('int64', BigInt64Array.of(wanted === 'top' ? BigInt(topCount) : 0n), [1]) }, outputs[wanted]);
    for (const layer of layers) {
      for (const kind of KINDS) {
        const fresh = results[`new.${layer}.${kind}`]!.data as Float32Array;
        const length = fresh.length / rows.length;
        rows.forEach((row, index) => cache.append(layer, kind, from + index, row.past, fresh.subarray(index * length, (index + 1) * length)));
      }
    }
    if (wanted === 'nothing') return [];
    const likeliest = results['likeliest']!.data as BigInt64Array;
    const logits = results['logits']?.data as Float32Array | undefined;
    const top = results['top.tokens']?.data as BigInt64Array | undefined;
    return Array.from({ length: rows.length * positions }, (_, index) => ({
      likeliest: Number(likeliest[index]),
      top: top && Array.from(top.subarray(index * topCount, (index + 1) * topCount), Number),
      logits: logits?.subarray(index * model.vocabularySize, (index + 1) * model.vocabularySize),
    }));
  }

  return {
    // Without a position the product with the vocabulary, the largest of all, has no rows to compute.
    step: (cache, from, rows, wanted) => run(cache, from, rows, wanted, wanted === 'nothing' ? 0 : 1),
    stepAll: (cache, at, row) => run(cache, at, [row], 'logits', row.tokens.length),
    stepApart: (cache, at, row) => run(cache, at, [row], 'likeliest', row.tokens.length, true),
    release: () => session.release(),
  };
}

/** @param positions the last so many of each row's new tokens have an outcome. */
function tokenFeeds(rows: readonly StepRow[], positions: number, apart: boolean): Record<string, Tensor> {
  const count = rows.length;
  const width = rows[0]!.tokens.length;
  const tokens = new BigInt64Array(count * width);
  const places = new BigInt64Array(count * width);
  rows.forEach((row, index) => {
    row.tokens.forEach((token, offset) => {
      tokens[index * width + offset] = BigInt(token);
      places[index * width + offset] = BigInt(row.past + offset);
    });
  });
  const indexes = new BigInt64Array(count * positions).map((_, index) => BigInt(width - positions + (index % positions)));
  return {
    input_ids: new Tensor('int64', tokens, [count, width]),
    position_ids: new Tensor('int64', places, [count, width]),
    seqlens_k: apart ? ownLengths(rows[0]!) : new Tensor('int32', Int32Array.from(rows, (row) => row.past + width - 1), [count]),
    total_seq: new Tensor('int32', Int32Array.of(Math.max(...rows.map((row) => row.past)) + width), []),
    logit_index: new Tensor('int64', indexes, [count, positions, 1]),
    apart: new Tensor('bool', Uint8Array.of(Number(apart)), []),
  };
}

/** What each of the tokens sees before it. */
function ownLengths({ tokens, past }: StepRow): Tensor {
  return new Tensor('int32', Int32Array.from(tokens, (_, offset) => past + offset), [tokens.length]);
}
