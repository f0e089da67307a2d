import type { ModelFolder } from './model-folder.ts';

/** Keys and values of some tokens of one sequence, taken out of the batch: per layer keys then values, each [heads, tokens, head dimension]. */
export interface KeyValueBlock {
  tokens: number;
  data: Float32Array;
}

export interface KeyValueCache {
  /** Tokens each row has room for now. */
  readonly capacity: number;
  /** Gives every row room for `tokens`, or takes room away, keeping the first `kept[row]` tokens of each row. */
  resize(tokens: number, kept: readonly number[]): void;
  /** The memory of rows [from, from + count) as the graph wants it: [count, heads, capacity, head dimension]. */
  rows(layer: number, kind: Kind, from: number, count: number): Float32Array;
  /** Stores what a step returned for one row, [tokens, heads, head dimension], behind its first `at` tokens. */
  append(layer: number, kind: Kind, row: number, at: number, fresh: Float32Array): void;
  /** Copies the first `tokens` tokens of one row over another's. */
  copyRow(from: number, to: number, tokens: number): void;
  extract(row: number, tokens: number): KeyValueBlock;
  insert(row: number, block: KeyValueBlock, tokens: number): void;
}

export type Kind = 'key' | 'value';

// The graph clears and copies whole rows at every step, so room is kept tight: growing by this many tokens costs one
// move of the cache per 128 steps, while room for the whole context would cost more than the step itself.
const GRANULE = 128;

/** One typed array a layer and kind for all rows, made once at full size: the system commits pages only when they are touched. */
export function createKeyValueCache(model: ModelFolder, slots: number, contextLength: number): KeyValueCache {
  const { layers, keyValueHeads: heads, headDimension: size } = model;
  const limit = roundUp(contextLength);
  const arrays = allocate(layers * 2, slots * heads * limit * size);
  const arrayOf = (layer: number, kind: Kind): Float32Array => arrays[layer * 2 + (kind === 'key' ? 0 : 1)]!;
  let capacity = GRANULE;
  const start = (row: number, head: number, room = capacity): number => (row * heads + head) * room * size;

  return {
    get capacity() {
      return capacity;
    },
    resize(tokens, kept) {
      const next = Math.min(roundUp(tokens), limit);
      if (next === capacity) return;
      // Growing moves rows towards the end: the last goes first, so that nothing is overwritten before it is read.
      const pieces = kept.flatMap((count, row) => Array.from({ length: heads }, (_, head) => ({ row, head, count: Math.min(count, next) })));
      if (next > capacity) pieces.reverse();
      for (const array of arrays) {
        for (const { row, head, count } of pieces) {
          const from = start(row, head);
          array.copyWithin(start(row, head, next), from, from + count * size);
        }
      }
      capacity = next;
    },
    rows: (layer, kind, from, count) => arrayOf(layer, kind).subarray(start(from, 0), start(from + count, 0)),
    append(layer, kind, row, at, fresh) {
      const array = arrayOf(layer, kind);
      const count = fresh.length / (heads * size);
      for (let head = 0; head < heads; head++) {
        let to = start(row, head) + at * size;
        // A plain loop: a `subarray` a token costs more than the few numbers it would copy.
        for (let token = 0; token < count; token++) {
          const from = (token * heads + head) * size;
          for (let index = 0; index < size; index++) array[to++] = fresh[from + index]!;
        }
      }
    },
    copyRow(from, to, tokens) {
      for (const array of arrays) {
        for (let head = 0; head < heads; head++) array.copyWithin(start(to, head), start(from, head), start(from, head) + tokens * size);
      }
    },
    extract(row, tokens) {
      const data = new Float32Array(arrays.length * heads * tokens * size);
      let at = 0;
      for (const array of arrays) {
        for (let head = 0; head < heads; head++, at += tokens * size) data.set(array.subarray(start(row, head), start(row, head) + tokens * size), at);
      }
      return { tokens, data };
    },
    insert(row, block, tokens) {
      let at = 0;
      for (const array of arrays) {
        for (let head = 0; head < heads; head++, at += block.tokens * size) array.set(block.data.subarray(at, at + tokens * size), start(row, head));
      }
    },
  };
}

/**
 * Several arrays share one buffer of at least 64 MB: blocks of that size always get a mapping of their own, which costs
 * nothing until it is touched, while smaller ones may come from the heap of the C library, which clears them.
 */
function allocate(count: number, length: number): Float32Array[] {
  const perBuffer = Math.ceil(2 ** 24 / length);
  let buffer = new Float32Array(0);
  return Array.from({ length: count }, (_, index) => {
    const place = index % perBuffer;
    if (place === 0) buffer = new Float32Array(perBuffer * length);
    return buffer.subarray(place * length, (place + 1) * length);
  });
}

const roundUp = (tokens: number): number => Math.max(1, Math.ceil(tokens / GRANULE)) * GRANULE;
