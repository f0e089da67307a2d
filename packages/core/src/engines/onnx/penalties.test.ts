import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sampling } from '../../engine.ts';
import { createPenalties, hasPenalties, matchEnd } from './penalties.ts';

const VOCABULARY = 6;

/** The penalties written down as their sources do, without regard to speed. */
function penalizeNaively({ logitBias = {}, repetitionPenalty = 1, dryMultiplier = 0, dryBase = 1.75, dryAllowedLength = 2, noRepeatNgram = 0 }: Sampling, prompt: number[], output: number[], logits: Float32Array): void {
  const all = [...prompt, ...output];
  for (const [token, value] of Object.entries(logitBias)) logits[Number(token)]! += value;
  for (const token of new Set(all)) logits[token] = logits[token]! > 0 ? logits[token]! / repetitionPenalty : logits[token]! * repetitionPenalty;
  const lengths = new Map<number, number>();
  for (let at = 0; at < all.length - 1; at++) {
    let length = 0;
    while (length <= at && all[at - length] === all[all.length - 1 - length]) length++;
    lengths.set(all[at + 1]!, Math.max(length, lengths.get(all[at + 1]!) ?? 0));
  }
  if (dryMultiplier > 0) for (const [token, length] of lengths) if (length >= dryAllowedLength) logits[token]! -= Math.min(1e30, dryMultiplier * dryBase ** (length - dryAllowedLength));
  if (noRepeatNgram === 0) return;
  for (let token = 0; token < logits.length; token++) {
    const run = [...output, token].slice(-noRepeatNgram);
    const earlier = output.some((_, start) => start + noRepeatNgram <= output.length && run.every((one, index) => output[start + index] === one));
    if (run.length === noRepeatNgram && earlier) logits[token] = -Infinity;
  }
}

const tokens = fc.array(fc.nat(VOCABULARY - 1), { maxLength: 40 });
const sampling: fc.Arbitrary<Sampling> = fc.record(
  {
    logitBias: fc.dictionary(fc.nat(VOCABULARY - 1).map(String), fc.integer({ min: -100, max: 100 })),
    repetitionPenalty: fc.constantFrom(1, 0.5, 1.3),
    dryMultiplier: fc.constantFrom(0, 0.8),
    dryBase: fc.constantFrom(1, 1.75),
    dryAllowedLength: fc.integer({ min: 1, max: 4 }),
    noRepeatNgram: fc.nat(4),
  },
  { requiredKeys: [] },
);

describe('createPenalties', () => {
  it('does what a naive implementation does, token after token', () => {
    fc.assert(
      fc.property(sampling, tokens, tokens, fc.array(fc.integer({ min: -20, max: 20 }), { minLength: VOCABULARY, maxLength: VOCABULARY }), (options, prompt, output, values) => {
        const penalties = createPenalties(options, prompt);
        output.forEach((token, place) => {
          const expected = Float32Array.from(values);
          penalizeNaively(options, prompt, output.slice(0, place), expected);
          const logits = Float32Array.from(values);
          penalties.apply(logits);
          expect(logits).toEqual(expected);
          if (!hasPenalties(options)) expect(logits).toEqual(Float32Array.from(values));
          penalties.add(token);
        });
      }),
    );
  });

  it('DRY leaves a run of the allowed length alone and grows with what goes on from it', () => {
    const penalty = (prompt: number[]): number => {
      const logits = new Float32Array(VOCABULARY);
      createPenalties({ dryMultiplier: 1, dryBase: 2, dryAllowedLength: 2 }, prompt).apply(logits);
      return 0 - logits[3]!;
    };
    expect([[2, 3, 0, 2], [1, 2, 3, 0, 1, 2], [4, 1, 2, 3, 0, 4, 1, 2]].map(penalty)).toEqual([0, 1, 2]);
  });

  it('stays a number in a text that only repeats', () => {
    const logits = new Float32Array(VOCABULARY);
    createPenalties({ dryMultiplier: 5, dryBase: 4 }, new Array<number>(3000).fill(1)).apply(logits);
    expect(logits[1]).toBeLessThan(-1e29);
    expect(logits.every(Number.isFinite)).toBe(true);
  });
});

describe('matchEnd', () => {
  it('takes time in proportion to the length, for looping texts too', () => {
    const time = (text: number[]): number => {
      const start = performance.now();
      for (let count = 0; count < 20; count++) matchEnd(text);
      return performance.now() - start;
    };
    time([1, 2, 3]);
    expect(time(new Array<number>(20_000).fill(1))).toBeLessThan(400); // squared, it would be 10 seconds and more
  });
});
