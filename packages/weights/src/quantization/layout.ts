import type { QuantizedFormat } from './block-formats.ts';

/**
 * How the codes of a quantized matrix lie in memory for ONNX Runtime's `MatMulNBits`: a weight is
 * `scale * (code - zero point)`, with one float32 scale for every `block` weights of a row. The zero point is a byte of
 * each block's own, or, without `zeroPoints`, the middle of the codes: 8 of 4 bits, 128 of 8 bits.
 */
export interface Layout {
  bits: 4 | 8;
  block: 16 | 32;
  zeroPoints: boolean;
}

/**
 * Every format keeps its own block length. Those with a minimum in every block take 8 bits for their 4 or 5, which
 * leaves room to place the zero finely: docs/decisions/001-quantization.md has the measurements.
 */
export const layouts: Readonly<Record<QuantizedFormat, Layout>> = {
  Q4_0: { bits: 4, block: 32, zeroPoints: false },
  Q4_1: { bits: 8, block: 32, zeroPoints: true },
  Q5_0: { bits: 8, block: 32, zeroPoints: false },
  Q5_1: { bits: 8, block: 32, zeroPoints: true },
  Q8_0: { bits: 8, block: 32, zeroPoints: false },
  Q4_K: { bits: 8, block: 32, zeroPoints: true },
  Q5_K: { bits: 8, block: 32, zeroPoints: true },
  Q6_K: { bits: 8, block: 16, zeroPoints: false },
};

/** What float matrices become under `precision: '8bit'`. */
export const roundedLayout: Layout = { bits: 8, block: 32, zeroPoints: false };

export function sameLayout(a: Layout, b: Layout): boolean {
  return a.bits === b.bits && a.block === b.block && a.zeroPoints === b.zeroPoints;
}
