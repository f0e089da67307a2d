import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSampler, findLargest } from './sampler.ts';

const logitsOf = (...values: number[]): Float32Array => Float32Array.from(values);

/** How often each token is drawn in many tries. */
function share(sampling: Parameters<typeof createSampler>[0], logits: number[], tries = 4000): number[] {
  const counts = logits.map(() => 0);
  const sampler = createSampler({ seed: 1, ...sampling }, []);
  for (let index = 0; index < tries; index++) counts[sampler(logitsOf(...logits))]!++;
  return counts.map((count) => count / tries);
}

describe('createSampler', () => {
  it('is greedy by default and takes the first of equals', () => {
    expect(createSampler({}, [])(logitsOf(1, 3, 3, 2))).toBe(1);
  });

  it('draws in proportion to the softmax of the logits over the temperature', () => {
    const logits = [0, Math.log(2), Math.log(5)];
    const at1 = share({ temperature: 1 }, logits);
    [1 / 8, 2 / 8, 5 / 8].forEach((expected, token) => expect(at1[token]).toBeCloseTo(expected, 1));
    const at2 = share({ temperature: 2 }, logits);
    const roots = [1, Math.SQRT2, Math.sqrt(5)];
    const total = roots.reduce((a, b) => a + b);
    roots.forEach((root, token) => expect(at2[token]).toBeCloseTo(root / total, 1));
  });

  it('top-k keeps the k likeliest', () => {
    const shares = share({ temperature: 1, topK: 2 }, [0, 1, 2, 3]);
    expect(shares.slice(0, 2)).toEqual([0, 0]);
    expect(shares[2]).toBeGreaterThan(0.2);
  });

  it('top-p keeps the smallest set that reaches p', () => {
    const logits = [0.5, 0.3, 0.15, 0.05].map(Math.log);
    expect(share({ temperature: 1, topP: 0.4 }, logits)).toEqual([1, 0, 0, 0]);
    const shares = share({ temperature: 1, topP: 0.79 }, logits);
    expect(shares[0]).toBeCloseTo(0.5 / 0.8, 1);
    expect(shares.slice(2)).toEqual([0, 0]);
  });

  it('min-p keeps tokens at least that share as likely as the likeliest', () => {
    const shares = share({ temperature: 1, minP: 0.25 }, [0.5, 0.3, 0.15, 0.05].map(Math.log));
    expect(shares[3]).toBe(0);
    expect(shares[2]).toBeGreaterThan(0.1);
  });

  it('min-p alone looks at no more of a vocabulary than it keeps: a token costs a pass, not a sort', () => {
    const logits = Array.from({ length: 150_000 }, (_, token) => -((token * 7_919) % 150_000) / 10_000);
    const sampler = createSampler({ temperature: 0.8, minP: 0.1, seed: 1 }, []);
    const copies = Array.from({ length: 20 }, () => Float32Array.from(logits));
    const started = performance.now();
    for (const copy of copies) expect(copy[sampler(copy)]).toBeGreaterThanOrEqual(0.8 * Math.log(0.1));
    // A sort of all takes fifty milliseconds and more each.
    expect((performance.now() - started) / copies.length).toBeLessThan(15);
  });

  it('min-p with a top-k beyond what it keeps draws the same tokens as alone', () => {
    const logits = [0.5, 0.3, 0.15, 0.05].map(Math.log);
    const [alone, both] = [share({ temperature: 1, minP: 0.2 }, logits), share({ temperature: 1, minP: 0.2, topK: 4 }, logits)];
    expect(both).toEqual(alone);
  });

  it('filters a flat vocabulary, where no token is near the top alone', () => {
    const flat = new Array<number>(5000).fill(0);
    expect(share({ temperature: 1, topP: 0.5 }, flat, 200).slice(2500).every((value) => value === 0)).toBe(true);
    expect(share({ temperature: 1, topK: 3 }, flat, 200).slice(3).every((value) => value === 0)).toBe(true);
    // A long tail far below the top still counts in the mass that top-p measures.
    const tail = [0, ...new Array<number>(50_000).fill(-10)];
    const kept = share({ temperature: 1, topP: 0.9 }, tail, 300);
    expect(kept.filter((value) => value > 0).length).toBeGreaterThan(50);
  });

  it('the repetition penalty counts the prompt and what was drawn', () => {
    const sampler = createSampler({ repetitionPenalty: 2 }, [0]);
    expect(sampler(logitsOf(3, 2, 1.8))).toBe(1);
    expect(sampler(logitsOf(3, 2, 1.8))).toBe(2);
    expect(createSampler({ repetitionPenalty: 2 }, [1])(logitsOf(-3, -2))).toBe(0);
  });

  it('equal seeds draw equally, other seeds differ', () => {
    const series = (seed: number): number[] => {
      const sampler = createSampler({ temperature: 1, seed }, []);
      return Array.from({ length: 40 }, () => sampler(logitsOf(0, 0, 0, 0, 0, 0, 0, 0)));
    };
    expect(series(7)).toEqual(series(7));
    expect(series(7)).not.toEqual(series(8));
  });

  it('always draws a token that exists and was not filtered to nothing', () => {
    const sampling = fc.record({
      temperature: fc.double({ min: 0.05, max: 3, noNaN: true }),
      topK: fc.nat(10),
      topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
      minP: fc.double({ min: 0, max: 0.99, noNaN: true }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(sampling, fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 60 }), (options, values) => {
        const token = createSampler(options, [])(logitsOf(...values));
        expect(token).toBeGreaterThanOrEqual(0);
        expect(token).toBeLessThan(values.length);
        if (options.topK === 1) expect(values[token]).toBeCloseTo(values[findLargest(logitsOf(...values))]!, 4);
      }),
    );
  });
});
