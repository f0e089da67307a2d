import type { DecoderShape } from './shape.ts';

/** How rotary positions pair up the numbers of a head: i with i + half, or 2 i with 2 i + 1. */
export type RotaryPairs = 'halves' | 'neighbours';

/** cos or sin of `position * base ** (-2 i / dimension) / factor` (RoPE, https://arxiv.org/abs/2104.09864). */
export function computeRotaryTable(wave: (angle: number) => number, shape: DecoderShape): Float32Array {
  const half = shape.rotaryDimension / 2;
  const table = new Float32Array(shape.contextLength * half);
  for (let i = 0; i < half; i++) {
    const frequency = shape.rotaryBase ** ((-2 * i) / shape.rotaryDimension) / (shape.rotaryFactors?.[i] ?? 1);
    for (let position = 0; position < shape.contextLength; position++) table[position * half + i] = wave(position * frequency);
  }
  return table;
}

export interface Stretching {
  factor: number;
  /** Turns within the text of the first training: fewer than `low` are slowed by the whole factor, more than `high` not at all. */
  low: number;
  high: number;
  firstLength: number;
}

/** How Llama 3.1 and later stretch the slow turns over longer texts (https://arxiv.org/abs/2407.21783). */
export function stretchRotary({ factor, low, high, firstLength }: Stretching, base: number, dimension: number): number[] {
  return Array.from({ length: dimension / 2 }, (_, i) => {
    const turns = (firstLength * base ** ((-2 * i) / dimension)) / (2 * Math.PI);
    if (turns > high) return 1;
    if (turns < low) return factor;
    const share = (turns - low) / (high - low);
    return 1 / ((1 - share) / factor + share);
  });
}

/**
 * Where a row of a query or key matrix stands when heads are paired the other way: the same network, its rows in
 * another order. GGUF files of Llama have neighbours where checkpoints of the Hub have halves.
 */
export function rowInOtherPairs(row: number, headDimension: number, from: RotaryPairs): number {
  const inHead = row % headDimension;
  const half = headDimension / 2;
  const moved = from === 'neighbours' ? (inHead % 2) * half + Math.floor(inHead / 2) : 2 * (inHead % half) + Math.floor(inHead / half);
  return row - inHead + moved;
}
