import type { QuantizedFormat } from '../quantization/block-formats.ts';
import { halfToFloat } from '../quantization/half.ts';

/** The formats by their definition: field by field, weight by weight. `at` is where the block begins. */
export const definitions: Record<QuantizedFormat, (b: Uint8Array, at: number) => number[]> = {
  Q4_0: (b, at) => range(32, (i) => half(b, at) * (nibble(b, at + 2, i, 16) - 8)),
  Q4_1: (b, at) => range(32, (i) => half(b, at) * nibble(b, at + 4, i, 16) + half(b, at + 2)),
  Q5_0: (b, at) => range(32, (i) => half(b, at) * (nibble(b, at + 6, i, 16) + 16 * bit(b, at + 2, i) - 16)),
  Q5_1: (b, at) => range(32, (i) => half(b, at) * (nibble(b, at + 8, i, 16) + 16 * bit(b, at + 4, i)) + half(b, at + 2)),
  Q8_0: (b, at) => range(32, (i) => half(b, at) * signed(b[at + 2 + i]!)),
  Q4_K: (b, at) =>
    range(256, (i) => {
      const sub = Math.floor(i / 32);
      const code = nibble(b, at + 16 + 32 * Math.floor(i / 64), i % 64, 32);
      return half(b, at) * sixBits(b, at + 4, sub) * code - half(b, at + 2) * sixBits(b, at + 4, sub + 8);
    }),
  Q5_K: (b, at) =>
    range(256, (i) => {
      const sub = Math.floor(i / 32);
      const code = nibble(b, at + 48 + 32 * Math.floor(i / 64), i % 64, 32) + 16 * ((b[at + 16 + (i % 32)]! >> sub) & 1);
      return half(b, at) * sixBits(b, at + 4, sub) * code - half(b, at + 2) * sixBits(b, at + 4, sub + 8);
    }),
  Q6_K: (b, at) =>
    range(256, (i) => {
      const [part, inPart] = [Math.floor(i / 128), i % 128];
      const low = nibble(b, at + 64 * part + 32 * (Math.floor(inPart / 32) % 2), inPart < 64 ? inPart % 32 : 32 + (inPart % 32), 32);
      const high = (b[at + 128 + 32 * part + (inPart % 32)]! >> (2 * Math.floor(inPart / 32))) & 3;
      return half(b, at + 208) * signed(b[at + 192 + Math.floor(i / 16)]!) * (low + 16 * high - 32);
    }),
};

export const range = (count: number, weight: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => weight(i));
const half = (b: Uint8Array, at: number): number => halfToFloat[b[at]! + 256 * b[at + 1]!]!;
const bit = (b: Uint8Array, at: number, i: number): number => (b[at + Math.floor(i / 8)]! >> (i % 8)) & 1;
const signed = (byte: number): number => (byte < 128 ? byte : byte - 256);
/** The first `middle` codes are the low halves of the bytes, the others the high halves. */
const nibble = (b: Uint8Array, at: number, i: number, middle: number): number => (i < middle ? b[at + i]! % 16 : Math.floor(b[at + i - middle]! / 16));
/** Of sixteen six-bit numbers in twelve bytes: eight whole low parts of bytes, then eight in two pieces. */
function sixBits(b: Uint8Array, at: number, n: number): number {
  const j = n % 8;
  const isMinimum = n >= 8;
  if (j < 4) return b[at + j + (isMinimum ? 4 : 0)]! % 64;
  const low = isMinimum ? Math.floor(b[at + j + 4]! / 16) : b[at + j + 4]! % 16;
  return low + 16 * Math.floor(b[at + j - (isMinimum ? 0 : 4)]! / 64);
}

/** Where the float16 numbers of a block are. */
export const halves: Record<QuantizedFormat, number[]> = {
  Q4_0: [0], Q4_1: [0, 2], Q5_0: [0], Q5_1: [0, 2], Q8_0: [0], Q4_K: [0, 2], Q5_K: [0, 2], Q6_K: [208],
};
