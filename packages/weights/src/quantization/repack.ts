import { halfToFloat } from './half.ts';
import { blockFormats, type QuantizedFormat } from './block-formats.ts';
import { layouts } from './layout.ts';
import { placeZero, roundBlock } from './place-zero.ts';

/** Codes, scales and zero points of a run of blocks, in the order of the weights. */
export interface Repacked {
  codes: Uint8Array;
  scales: Float32Array;
  /** Empty for formats whose zero is the middle of the codes. */
  zeroPoints: Uint8Array;
}

/** While a format is read its minima stand beside its scales. */
interface Blocks {
  codes: Uint8Array;
  scales: Float32Array;
  minima: Float32Array;
}

/**
 * Rearranges blocks of a GGUF tensor for MatMulNBits. Weights keep their value; in formats with a minimum per block the
 * place of the zero is rounded, see `placeZero`.
 *
 * The bit patterns are those of `dequantize_row_*` in llama.cpp's `ggml-quants.c`. 4-bit codes lie in pairs, the
 * earlier one in the low half of the byte.
 *
 * @throws RangeError when a scale is not finite
 */
export function repack(format: QuantizedFormat, source: Uint8Array): Repacked {
  const { bits, block, zeroPoints } = layouts[format];
  const { weights: weightsEach, bytes: bytesEach } = blockFormats[format];
  const weights = (source.length / bytesEach) * weightsEach;
  const blocks: Blocks = {
    codes: new Uint8Array((weights * bits) / 8),
    scales: new Float32Array(weights / block),
    minima: new Float32Array(zeroPoints ? weights / block : 0),
  };
  readers[format](source, blocks);
  // A float16 that is not a number poisons every sum it enters; a sound file has none.
  for (const values of [blocks.scales, blocks.minima]) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw new RangeError(`block ${at} has a scale that is not a finite number`);
  }
  const { codes, scales } = blocks;
  return { codes, scales, zeroPoints: zeroPoints ? placeZeros(blocks, format.startsWith('Q4') ? 15 : 31) : new Uint8Array(0) };
}

/** Turns codes that count up from a minimum into codes around a zero point, in place. */
function placeZeros({ codes, scales, minima }: Blocks, highest: number): Uint8Array {
  const zeroPoints = new Uint8Array(scales.length);
  for (let block = 0; block < scales.length; block++) {
    const from = block * 32;
    const grid = placeZero(scales[block]!, minima[block]!, highest);
    if (grid === undefined) {
      const { scale, zeroPoint } = roundBlock(scales[block]!, minima[block]!, codes, from);
      scales[block] = scale;
      zeroPoints[block] = zeroPoint;
      continue;
    }
    const { scale, multiple, shift, zeroPoint } = grid;
    for (let i = from; i < from + 32; i++) codes[i] = codes[i]! * multiple + shift;
    scales[block] = scale;
    zeroPoints[block] = zeroPoint;
  }
  return zeroPoints;
}

const readers: Record<QuantizedFormat, (source: Uint8Array, blocks: Blocks) => void> = {
  // scale, 16 bytes of code pairs (i, i + 16)
  Q4_0(source, { codes, scales }) {
    for (let i = 0, at = 0; at < source.length; i++, at += 18) {
      scales[i] = half(source, at);
      pairUp(source, at + 2, codes, i * 16);
    }
  },

  // scale, minimum, 16 bytes of code pairs
  Q4_1(source, { codes, scales, minima }) {
    for (let i = 0, at = 0; at < source.length; i++, at += 20) {
      scales[i] = half(source, at);
      minima[i] = half(source, at + 2);
      fourBits(source, at + 4, 16, codes, i * 32);
    }
  },

  // scale, 32 fifth bits, 16 bytes of pairs of low four bits
  Q5_0(source, { codes, scales }) {
    for (let i = 0, at = 0; at < source.length; i++, at += 22) {
      scales[i] = half(source, at);
      fiveBits(source, at + 2, at + 6, 112, codes, i * 32);
    }
  },

  // scale, minimum, 32 fifth bits, 16 bytes of pairs of low four bits
  Q5_1(source, { codes, scales, minima }) {
    for (let i = 0, at = 0; at < source.length; i++, at += 24) {
      scales[i] = half(source, at);
      minima[i] = half(source, at + 2);
      fiveBits(source, at + 4, at + 8, 0, codes, i * 32);
    }
  },

  // scale, 32 signed bytes
  Q8_0(source, { codes, scales }) {
    for (let i = 0, at = 0; at < source.length; i++, at += 34) {
      scales[i] = half(source, at);
      for (let j = 0; j < 32; j++) codes[i * 32 + j] = source[at + 2 + j]! ^ 128;
    }
  },

  // scale of scales, scale of minima, 8 pairs of six bits each, 4 stretches of 32 bytes of code pairs (i, i + 32)
  Q4_K(source, { codes, scales, minima }) {
    for (let i = 0, at = 0; at < source.length; i += 8, at += 144) {
      scalesAndMinima(source, at, scales, minima, i);
      for (let j = 0; j < 4; j++) fourBits(source, at + 16 + 32 * j, 32, codes, i * 32 + 64 * j);
    }
  },

  // as Q4_K, with 32 bytes of fifth bits (bit j of byte l belongs to weight 32 j + l) before the code pairs
  Q5_K(source, { codes, scales, minima }) {
    for (let i = 0, at = 0; at < source.length; i += 8, at += 176) {
      scalesAndMinima(source, at, scales, minima, i);
      for (let j = 0; j < 8; j++) {
        const low = at + 48 + 32 * (j >> 1);
        for (let l = 0; l < 32; l++) {
          const four = (source[low + l]! >> (4 * (j & 1))) & 15;
          const fifth = (source[at + 16 + l]! >> j) & 1;
          codes[(i + j) * 32 + l] = four + 16 * fifth;
        }
      }
    }
  },

  // low four bits of 256 codes, high two bits of 256 codes, 16 signed scales, scale of scales
  Q6_K(source, { codes, scales }) {
    for (let i = 0, at = 0; at < source.length; i += 16, at += 210) {
      const scale = half(source, at + 208);
      for (let j = 0; j < 16; j++) scales[i + j] = scale * ((source[at + 192 + j]! << 24) >> 24);
      for (let part = 0; part < 8; part++) {
        // Both halves of 128 weights are laid out alike, as four stretches of 32.
        const low = at + 64 * (part >> 2) + 32 * (part & 1);
        const high = at + 128 + 32 * (part >> 2);
        const lowShift = 4 * ((part >> 1) & 1);
        const highShift = 2 * (part & 3);
        const to = i * 16 + 32 * part;
        for (let l = 0; l < 32; l++) {
          codes[to + l] = (((source[low + l]! >> lowShift) & 15) | (((source[high + l]! >> highShift) & 3) << 4)) + 96;
        }
      }
    }
  },
};

function half(source: Uint8Array, at: number): number {
  return halfToFloat[source[at]! | (source[at + 1]! << 8)]!;
}

/** From GGUF's pairs (i, i + 16) to neighbours (2 i, 2 i + 1). */
function pairUp(source: Uint8Array, from: number, codes: Uint8Array, to: number): void {
  for (let i = 0; i < 8; i++) {
    const first = source[from + 2 * i]!;
    const second = source[from + 2 * i + 1]!;
    codes[to + i] = (first & 15) | ((second & 15) << 4);
    codes[to + 8 + i] = (first >> 4) | (second & 0xf0);
  }
}

/** From pairs (i, i + count) to one code a byte. */
function fourBits(source: Uint8Array, from: number, count: number, codes: Uint8Array, to: number): void {
  for (let i = 0; i < count; i++) {
    const pair = source[from + i]!;
    codes[to + i] = pair & 15;
    codes[to + count + i] = pair >> 4;
  }
}

function fiveBits(source: Uint8Array, fifths: number, low: number, shift: number, codes: Uint8Array, to: number): void {
  for (let i = 0; i < 16; i++) {
    const pair = source[low + i]!;
    const fifth = (source[fifths + (i >> 3)]! >> (i & 7)) & 1;
    const fifthOfSecond = (source[fifths + 2 + (i >> 3)]! >> (i & 7)) & 1;
    codes[to + i] = (pair & 15) + 16 * fifth + shift;
    codes[to + 16 + i] = (pair >> 4) + 16 * fifthOfSecond + shift;
  }
}

/** The twelve bytes in which Q4_K and Q5_K keep eight scales and eight minima of six bits each. */
function scalesAndMinima(source: Uint8Array, at: number, scales: Float32Array, minima: Float32Array, to: number): void {
  const scaleOfScales = half(source, at);
  const scaleOfMinima = half(source, at + 2);
  const byte = (n: number): number => source[at + 4 + n]!;
  for (let j = 0; j < 8; j++) {
    const scale = j < 4 ? byte(j) & 63 : (byte(j + 4) & 15) | ((byte(j - 4) >> 6) << 4);
    const minimum = j < 4 ? byte(j + 4) & 63 : (byte(j + 4) >> 4) | ((byte(j) >> 6) << 4);
    scales[to + j] = scaleOfScales * scale;
    minima[to + j] = -scaleOfMinima * minimum;
  }
}
