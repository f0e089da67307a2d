import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytes, concatenate, float, integer, message, text } from './protobuf.ts';

// The examples of the encoding guide: https://protobuf.dev/programming-guides/encoding/
it('writes fields as the guide shows them', () => {
  expect([...integer(1, 150)]).toEqual([0x08, 0x96, 0x01]);
  expect([...text(2, 'testing')]).toEqual([0x12, 0x07, ...Buffer.from('testing')]);
  expect([...message(3, [integer(1, 150)])]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
  expect([...integer(1, -2)]).toEqual([0x08, 0xfe, ...Array.from({ length: 8 }, () => 0xff), 0x01]);
  expect([...float(5, 1)]).toEqual([0x2d, 0, 0, 0x80, 0x3f]);
});

it('writes field numbers above 15 in two bytes', () => {
  expect([...integer(20, 1)]).toEqual([0xa0, 0x01, 0x01]);
});

it('writes integers that read back as themselves', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (value) => {
      const digits = [...integer(1, value)].slice(1);
      const read = digits.reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 127), 0n);
      expect(BigInt.asIntN(64, read)).toBe(value);
      expect(digits.findIndex((byte) => byte < 128)).toBe(digits.length - 1);
    }),
  );
});

it('writes the length of what it wraps', () => {
  const long = new Uint8Array(300).fill(7);
  expect([...bytes(1, long).subarray(0, 3)]).toEqual([0x0a, 0xac, 0x02]);
  expect(concatenate([bytes(1, long), bytes(1, long)]).length).toBe(606);
});
