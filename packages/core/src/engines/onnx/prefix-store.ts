import type { KeyValueBlock } from './key-value-cache.ts';

export interface PrefixStore {
  /** The kept sequence that shares the longest beginning with `tokens`; counts as a use. */
  find(tokens: readonly number[]): { block: KeyValueBlock; length: number } | undefined;
  /** Keeps a finished sequence; `extract` is called only if it is worth keeping. */
  keep(tokens: readonly number[], extract: () => KeyValueBlock): void;
}

// Shorter beginnings cost less to compute than to look after.
export const SHORTEST_PREFIX = 16;

/** Keys and values of finished sequences, least recently used out first, `budget` tokens in all. */
export function createPrefixStore(budget: number): PrefixStore {
  // The last entry is the most recently used.
  let entries: { tokens: readonly number[]; block: KeyValueBlock }[] = [];
  return {
    find(tokens) {
      let best: (typeof entries)[number] | undefined;
      let length = SHORTEST_PREFIX - 1;
      for (const entry of entries) {
        const common = commonPrefixLength(entry.tokens, tokens);
        if (common > length) [best, length] = [entry, common];
      }
      if (best === undefined) return undefined;
      entries = [...entries.filter((entry) => entry !== best), best];
      return { block: best.block, length };
    },
    keep(tokens, extract) {
      if (tokens.length < SHORTEST_PREFIX || tokens.length > budget) return;
      if (entries.some((entry) => commonPrefixLength(entry.tokens, tokens) === tokens.length)) return;
      entries = entries.filter((entry) => commonPrefixLength(entry.tokens, tokens) < entry.tokens.length);
      let total = entries.reduce((sum, entry) => sum + entry.tokens.length, tokens.length);
      while (total > budget) total -= entries.shift()!.tokens.length;
      entries.push({ tokens, block: extract() });
    },
  };
}

export function commonPrefixLength(a: readonly number[], b: readonly number[]): number {
  const end = Math.min(a.length, b.length);
  let length = 0;
  while (length < end && a[length] === b[length]) length++;
  return length;
}
