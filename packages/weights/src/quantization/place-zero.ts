/** One block of affine weights, `step * code + minimum`, on the grid `scale * (multiple * code + shift - zeroPoint)`. */
export interface AffineGrid {
  scale: number;
  multiple: number;
  shift: number;
  zeroPoint: number;
}

/**
 * Finds 8-bit codes for a block whose codes run from 0 to `highest` and whose zero lies between two of them. Spreading
 * the codes to multiples makes the grid finer by that factor, and only the place of the zero is rounded to it: with a
 * zero inside the range, by at most 1/34 of a step for 4-bit codes and 1/16 for 5-bit ones. The steps stay exact.
 *
 * @returns undefined if zero is too far from the block for any multiple to fit into 8 bits
 */
export function placeZero(step: number, minimum: number, highest: number): AffineGrid | undefined {
  for (let multiple = Math.floor(255 / highest); multiple >= 1; multiple--) {
    const scale = Math.fround(step / multiple);
    const zero = Math.round(-minimum / scale);
    const shift = Math.max(0, -zero);
    const zeroPoint = Math.max(0, zero);
    if (shift + multiple * highest <= 255 && zeroPoint <= 255) return { scale, multiple, shift, zeroPoint };
  }
  return undefined;
}

/**
 * Codes for a block of which all weights lie close together and far from zero (or are equal): rounded to 1/255 of the
 * largest, the resolution that 8 bits have there.
 */
export function roundBlock(step: number, minimum: number, codes: Uint8Array, from: number): { scale: number; zeroPoint: number } {
  const weights = Array.from(codes.subarray(from, from + 32), (code) => step * code + minimum);
  const lowest = Math.min(0, ...weights);
  const largest = Math.max(0, ...weights);
  const scale = Math.fround((largest - lowest) / 255);
  const zeroPoint = scale === 0 ? 0 : Math.round(-lowest / scale);
  weights.forEach((weight, i) => {
    codes[from + i] = scale === 0 ? 0 : Math.max(0, Math.min(255, Math.round(weight / scale) + zeroPoint));
  });
  return { scale, zeroPoint };
}
