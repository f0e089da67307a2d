import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfToFloat } from './half.ts';
import { roundToEightBits, widenFloats } from './round-floats.ts';

const bytesOf = (values: ArrayBufferView): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

describe('widenFloats', () => {
  it('keeps float32, float16 and bfloat16 exactly', () => {
    expect([...widenFloats('F32', bytesOf(Float32Array.of(1.5, -2e-30)))]).toEqual([...Float32Array.of(1.5, -2e-30)]);
    // 1, -2, the largest, the smallest normal and the smallest of all
    expect([...widenFloats('F16', bytesOf(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001)))]).toEqual([1, -2, 65_504, 2 ** -14, 2 ** -24]);
    expect([...widenFloats('BF16', bytesOf(Uint16Array.of(0x3f80, 0xc000, 0x4049)))]).toEqual([1, -2, 3.140625]);
  });

  it('does not ask for an aligned address', () => {
    const bytes = new Uint8Array(9);
    bytes.set(bytesOf(Float32Array.of(7, 8)), 1);
    expect([...widenFloats('F32', bytes.subarray(1))]).toEqual([7, 8]);
  });

  it.each([
    ['F32', bytesOf(Float32Array.of(1, Number.NaN))],
    ['F32', bytesOf(Float32Array.of(1, Infinity))],
    ['F16', bytesOf(Uint16Array.of(0x3c00, 0x7c00))],
    ['F16', bytesOf(Uint16Array.of(0x3c00, 0xfe01))],
    ['BF16', bytesOf(Uint16Array.of(0x3f80, 0x7f80))],
  ] as const)('refuses %s with a number that is not finite', (format, bytes) => {
    expect(() => widenFloats(format, bytes)).toThrow('weight 1');
  });
});

it('the table of float16 holds what a DataView would compute from the definition', () => {
  expect(halfToFloat[0x8000]).toBe(-0);
  expect(halfToFloat[0x3555]).toBeCloseTo(1 / 3, 3);
  expect(Number.isNaN(halfToFloat[0x7c01])).toBe(true);
  expect(halfToFloat[0xfc00]).toBe(-Infinity);
});

it('rounding to 8 bits is off by at most half a step, and never leaves the range of codes', () => {
  const weight = fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-1e30), max: Math.fround(1e30) });
  fc.assert(
    fc.property(fc.array(weight, { minLength: 64, maxLength: 64 }), (weights) => {
      const { codes, scales } = roundToEightBits(Float32Array.from(weights));
      weights.forEach((value, i) => {
        const scale = scales[i >> 5]!;
        expect(codes[i]).toBeGreaterThanOrEqual(1);
        // Scales below the smallest float32 round to zero or a neighbour, so a weight may be off by that much.
        expect(Math.abs((codes[i]! - 128) * scale - value)).toBeLessThanOrEqual(scale * 0.50001 + 127 * 2 ** -149);
      });
    }),
  );
});
