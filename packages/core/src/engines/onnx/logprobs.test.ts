import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeToken, logSumExp } from './logprobs.ts';

const logits = fc.array(fc.float({ min: -60, max: 60, noNaN: true }), { minLength: 1, maxLength: 80 });
const show = (token: number): string => `t${token}`;

describe('describeToken', () => {
  it('gives the log-softmax and the likeliest tokens in order', () => {
    fc.assert(
      fc.property(logits, fc.nat(20), (values, top) => {
        const total = Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
        expect(logSumExp(Float32Array.from(values))).toBeCloseTo(total, 6);
        const chosen = values.length - 1;
        const described = describeToken(Float32Array.from(values), chosen, top, show);
        expect(described.token).toBe(show(chosen));
        expect(described.logprob).toBeCloseTo(values[chosen]! - total, 5);
        const sorted = values.map((_, token) => token).sort((a, b) => values[b]! - values[a]! || a - b);
        expect(described.top.map(({ token }) => token)).toEqual(sorted.slice(0, top).map(show));
      }),
    );
  });
});
