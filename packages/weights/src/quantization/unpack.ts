import type { QuantizedFormat } from './block-formats.ts';
import { layouts } from './layout.ts';
import type { Repacked } from './repack.ts';

/** The weights that codes stand for, as the graph would compute them: `scale * (code - zero point)`. */
export function unpack(format: QuantizedFormat, { codes, scales, zeroPoints }: Repacked): Float32Array {
  const { bits, block } = layouts[format];
  const weights = new Float32Array(scales.length * block);
  for (let i = 0; i < weights.length; i++) {
    const at = Math.floor(i / block);
    const code = bits === 8 ? codes[i]! : (codes[i >> 1]! >> (4 * (i & 1))) & 15;
    weights[i] = scales[at]! * (code - (zeroPoints[at] ?? 2 ** (bits - 1)));
  }
  return weights;
}
