import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyValueCache } from './key-value-cache.ts';
import type { ModelFolder } from './model-folder.ts';

const LAYERS = 2;
const HEADS = 2;
const SIZE = 3;
const SLOTS = 3;
const model = { layers: LAYERS, keyValueHeads: HEADS, headDimension: SIZE } as ModelFolder;

/** What a step returns for tokens of one row; every number says where it belongs. */
const fresh = (tokens: number[], layer: number, kind: string): Float32Array =>
  Float32Array.from(tokens.flatMap((token) => Array.from({ length: HEADS * SIZE }, (_, index) => token + layer / 4 + (kind === 'key' ? 0 : 1 / 8) + index / 64)));

/** Reads a row back as the graph would: [heads, capacity, size]. */
function readRow(cache: ReturnType<typeof createKeyValueCache>, row: number, count: number): number[] {
  const tokens: number[] = [];
  for (let token = 0; token < count; token++) {
    for (let layer = 0; layer < LAYERS; layer++) {
      for (const kind of ['key', 'value'] as const) {
        const data = cache.rows(layer, kind, row, 1);
        for (let head = 0; head < HEADS; head++) {
          const at = (head * cache.capacity + token) * SIZE;
          const base = data[at]! - layer / 4 - (kind === 'key' ? 0 : 1 / 8) - (head * SIZE) / 64;
          tokens[token] ??= base;
          expect(base).toBeCloseTo(tokens[token]!, 4);
        }
      }
    }
  }
  return tokens;
}

type Action = { do: 'append'; row: number; count: number } | { do: 'resize'; room: number } | { do: 'copy'; from: number; to: number } | { do: 'park'; from: number; to: number };
const row = fc.nat(SLOTS - 1);
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant('append' as const), row, count: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ do: fc.constant('resize' as const), room: fc.integer({ min: 1, max: 1024 }) }),
  fc.record({ do: fc.constant('copy' as const), from: row, to: row }),
  fc.record({ do: fc.constant('park' as const), from: row, to: row }),
);

describe('createKeyValueCache', () => {
  it('keeps every token where it belongs through growing, shrinking, copying and parking', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
        const cache = createKeyValueCache(model, SLOTS, 1024);
        const rows: number[][] = Array.from({ length: SLOTS }, () => []);
        let next = 1;
        for (const step of actions) {
          if (step.do === 'append') {
            const tokens = Array.from({ length: Math.min(step.count, cache.capacity - rows[step.row]!.length) }, () => next++);
            for (let layer = 0; layer < LAYERS; layer++) for (const kind of ['key', 'value'] as const) cache.append(layer, kind, step.row, rows[step.row]!.length, fresh(tokens, layer, kind));
            rows[step.row]!.push(...tokens);
          } else if (step.do === 'resize') {
            cache.resize(step.room, rows.map((tokens) => tokens.length));
            rows.forEach((tokens, index) => (rows[index] = tokens.slice(0, cache.capacity)));
          } else if (step.do === 'copy') {
            cache.copyRow(step.from, step.to, rows[step.from]!.length);
            rows[step.to] = [...rows[step.from]!];
          } else {
            const block = cache.extract(step.from, rows[step.from]!.length);
            const part = Math.ceil(block.tokens / 2);
            cache.insert(step.to, block, part);
            rows[step.to] = rows[step.from]!.slice(0, part);
          }
        }
        rows.forEach((tokens, index) => expect(readRow(cache, index, tokens.length).map(Math.round)).toEqual(tokens));
      }),
      { numRuns: 60 },
    );
  });
});
