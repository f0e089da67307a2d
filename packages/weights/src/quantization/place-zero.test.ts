import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeZero, roundBlock } from './place-zero.ts';

const step = fc.float({ min: Math.fround(1e-6), max: Math.fround(10), noNaN: true });
const highest = fc.constantFrom(15, 31);

describe('placeZero', () => {
  it('keeps steps exact and rounds the zero by at most 1/34 or 1/16 of a step, if zero lies inside the block', () => {
    const inside = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(step, inside, highest, (size, share, top) => {
        const minimum = -share * top * size;
        const grid = placeZero(size, minimum, top)!;
        expect(grid.multiple).toBe(top === 15 ? 17 : 8);
        expect(grid.scale * grid.multiple).toBeCloseTo(size, 5);
        const error = grid.scale * (grid.shift - grid.zeroPoint) - minimum;
        expect(Math.abs(error)).toBeLessThanOrEqual((size / (2 * grid.multiple)) * 1.001);
      }),
    );
  });

  it('never leaves eight bits, wherever zero lies, or says that it cannot be done', () => {
    const anywhere = fc.double({ min: -400, max: 400, noNaN: true });
    fc.assert(
      fc.property(step, anywhere, highest, (size, steps, top) => {
        const grid = placeZero(size, steps * size, top);
        // From the farthest code to zero there are at most 255 places.
        const isFar = Math.max(-steps, steps + top) > 254;
        const fits = grid !== undefined && grid.zeroPoint <= 255 && grid.shift + grid.multiple * top <= 255;
        expect(fits || (grid === undefined && isFar)).toBe(true);
      }),
    );
  });

  it('has no grid for a block without steps', () => {
    expect(placeZero(0, -1, 15)).toBeUndefined();
    expect(placeZero(0, 1, 15)).toBeUndefined();
  });
});

it.each([
  ['all the same and negative', 0, -3],
  ['all the same and positive', 0, 3],
  ['all zero', 0, 0],
  ['close together and far from zero', 0.001, 5],
])('a block of weights that are %s is rounded to 1/255 of the largest', (_, size, minimum) => {
  const codes = Uint8Array.from({ length: 32 }, (__, i) => i % 16);
  const weights = Array.from(codes, (code) => size * code + minimum);
  const { scale, zeroPoint } = roundBlock(size, minimum, codes, 0);
  const largest = Math.max(...weights.map(Math.abs));
  weights.forEach((weight, i) => expect(Math.abs(scale * (codes[i]! - zeroPoint) - weight)).toBeLessThanOrEqual(largest / 254));
});
