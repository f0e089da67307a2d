import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definitions, halves, range } from '../testing/dequantize.ts';
import { blockFormats, type QuantizedFormat } from './block-formats.ts';
import { layouts } from './layout.ts';
import { repack, type Repacked } from './repack.ts';

const formats = Object.keys(layouts) as QuantizedFormat[];

function blocks(format: QuantizedFormat, count: number): fc.Arbitrary<Uint8Array> {
  const { bytes } = blockFormats[format];
  return fc.uint8Array({ minLength: count * bytes, maxLength: count * bytes }).map((source) => {
    for (let block = 0; block < count; block++) {
      // An exponent of 31 would be infinite: one bit less keeps every scale a number.
      for (const at of halves[format]) source[block * bytes + at + 1]! &= 0xfb;
    }
    return source;
  });
}

/** What the graph computes with: `scale * (code - zero point)`. */
function valuesOf(format: QuantizedFormat, { codes, scales, zeroPoints }: Repacked): number[] {
  const { bits, block } = layouts[format];
  return range(scales.length * block, (i) => {
    const at = Math.floor(i / block);
    const code = bits === 8 ? codes[i]! : i % 2 === 0 ? codes[i >> 1]! & 15 : codes[i >> 1]! >> 4;
    return scales[at]! * (code - (zeroPoints[at] ?? 2 ** (bits - 1)));
  });
}

/** How far a weight may be from its definition: not at all, or by the rounding of the zero. */
function tolerance(format: QuantizedFormat, block: readonly number[]): number {
  if (!layouts[format].zeroPoints) return 0;
  const [lowest, largest] = [Math.min(...block), Math.max(...block)];
  // Half a step of a grid of 255 over everything from zero to the farthest weight; float32 adds a little.
  return ((Math.max(0, largest) - Math.min(0, lowest)) / 255) * 0.5001 * 2;
}

describe.each(formats)('%s', (format) => {
  const { weights, bytes } = blockFormats[format];

  it('keeps the value of every weight', () => {
    fc.assert(
      fc.property(blocks(format, 3), (source) => {
        const actual = valuesOf(format, repack(format, source));
        const expected = range(3, (block) => block).flatMap((block) => definitions[format](source, block * bytes));
        expect(actual.length).toBe(3 * weights);
        // Offsets are sums of two exact products, rounded to float32 once; everything else is exact.
        const wrong = actual.flatMap((value, i) => {
          const from = i - (i % layouts[format].block);
          const allowed = tolerance(format, expected.slice(from, from + layouts[format].block));
          return Math.abs(value - expected[i]!) <= allowed ? [] : [{ i, value, expected: expected[i], allowed }];
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it.each([0x7c00, 0xfc00, 0x7e00])('refuses a scale of bits %i', (bits) => {
    for (const at of halves[format]) {
      const source = new Uint8Array(2 * bytes).fill(1);
      source[bytes + at] = bits & 255;
      source[bytes + at + 1] = bits >> 8;
      expect(() => repack(format, source)).toThrow(RangeError);
    }
  });
});
