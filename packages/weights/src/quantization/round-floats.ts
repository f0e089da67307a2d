import { halfToFloat } from './half.ts';
import type { FloatFormat } from './block-formats.ts';
import type { Repacked } from './repack.ts';

/** @throws RangeError when a weight is not finite */
export function widenFloats(format: FloatFormat, source: Uint8Array): Float32Array {
  const bytes = source.slice(); // a copy starts at an aligned address, which typed arrays ask for
  const values = widen[format](bytes);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new RangeError(`weight ${at} is not a finite number`);
  return values;
}

const widen: Record<FloatFormat, (bytes: Uint8Array) => Float32Array> = {
  F32: (bytes) => new Float32Array(bytes.buffer, 0, bytes.length / 4),
  F16: (bytes) => Float32Array.from(new Uint16Array(bytes.buffer, 0, bytes.length / 2), (bits) => halfToFloat[bits]!),
  // A bfloat16 is the upper half of a float32.
  BF16: (bytes) => new Float32Array(Uint32Array.from(new Uint16Array(bytes.buffer, 0, bytes.length / 2), (bits) => bits << 16).buffer),
};

/** Rounds weights to 8 bits with one scale for every 32, as Q8_0 does: at most half a step of 1/127 of the largest. */
export function roundToEightBits(weights: Float32Array): Repacked {
  const codes = new Uint8Array(weights.length);
  const scales = new Float32Array(weights.length / 32);
  for (let block = 0; block < scales.length; block++) {
    const from = block * 32;
    let largest = 0;
    for (let i = from; i < from + 32; i++) largest = Math.max(largest, Math.abs(weights[i]!));
    const scale = Math.fround(largest / 127);
    scales[block] = scale;
    // The division may round up past 127, and a scale too small for float32 is zero.
    for (let i = from; i < from + 32; i++) {
      const step = scale === 0 ? 0 : Math.round(weights[i]! / scale);
      codes[i] = Math.max(-127, Math.min(127, step)) + 128;
    }
  }
  return { codes, scales, zeroPoints: new Uint8Array(0) };
}
