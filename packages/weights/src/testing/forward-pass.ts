import type { TinyModel } from './tiny-model.ts';

/**
 * A decoder's forward pass as a textbook writes it, in loops over double-precision numbers and without a cache: the
 * reference that graphs are compared with.
 *
 * @returns for every token the scores of its successor
 */
export function forwardPass({ weights, vocabularySize, shape }: TinyModel, tokens: readonly number[]): number[][] {
  const { layers, hidden, heads, keyValueHeads, headDimension, feedForward, epsilon, rotaryBase, rotaryDimension, rotaryFactors, pairs } = shape;
  const find = (name: string): Float32Array => weights.get(name) ?? new Float32Array();

  const multiply = (x: readonly number[], name: string, rows: number): number[] => {
    const matrix = find(`${name}.weight`);
    const bias = find(`${name}.bias`);
    return Array.from({ length: rows }, (_, row) => {
      let sum = bias[row] ?? 0;
      for (let column = 0; column < x.length; column++) sum += x[column]! * matrix[row * x.length + column]!;
      return sum;
    });
  };
  /** Families without this normalisation have no weight for it. */
  const normaliseIfAny = (x: readonly number[], name: string): readonly number[] => (weights.has(name) ? normalise(x, name) : x);
  const normalise = (x: readonly number[], name: string): number[] => {
    const rootMeanSquare = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length + epsilon);
    return x.map((value, i) => (value / rootMeanSquare) * find(name)[i]!);
  };
  const rotate = (head: readonly number[], position: number): number[] => {
    const result = [...head];
    const half = rotaryDimension / 2;
    for (let i = 0; i < half; i++) {
      const [a, b] = pairs === 'halves' ? [i, i + half] : [2 * i, 2 * i + 1];
      const angle = (position * rotaryBase ** ((-2 * i) / rotaryDimension)) / (rotaryFactors[i] ?? 1);
      result[a] = head[a]! * Math.cos(angle) - head[b]! * Math.sin(angle);
      result[b] = head[a]! * Math.sin(angle) + head[b]! * Math.cos(angle);
    }
    return result;
  };
  const cut = (x: readonly number[], count: number): number[][] =>
    Array.from({ length: count }, (_, i) => x.slice(i * headDimension, (i + 1) * headDimension));

  let stream = tokens.map((token) => [...find('token_embd.weight').subarray(token * hidden, (token + 1) * hidden)]);
  for (let layer = 0; layer < layers; layer++) {
    const name = (part: string): string => `blk.${layer}.${part}`;
    const normal = stream.map((x) => normalise(x, name('attn_norm.weight')));
    const project = (part: string, count: number): number[][][] => normal.map((x) => cut(multiply(x, name(part), count * headDimension), count));
    const query = project('attn_q', heads).map((token, position) => token.map((head) => rotate(normaliseIfAny(head, name('attn_q_norm.weight')), position)));
    const key = project('attn_k', keyValueHeads).map((token, position) => token.map((head) => rotate(normaliseIfAny(head, name('attn_k_norm.weight')), position)));
    const value = project('attn_v', keyValueHeads);
    const attended = tokens.map((_, now) =>
      Array.from({ length: heads }, (__, head) => {
        const shared = Math.floor(head / (heads / keyValueHeads));
        const scores = tokens.slice(0, now + 1).map((___, then) => dot(query[now]![head]!, key[then]![shared]!) / Math.sqrt(headDimension));
        const shares = softmax(scores);
        return Array.from({ length: headDimension }, (___, i) => shares.reduce((sum, share, then) => sum + share * value[then]![shared]![i]!, 0));
      }).flat(),
    );
    stream = stream.map((x, token) => add(x, normaliseIfAny(multiply(attended[token]!, name('attn_output'), hidden), name('post_attention_norm.weight'))));
    stream = stream.map((x) => {
      const before = normalise(x, name('ffn_norm.weight'));
      const gate = multiply(before, name('ffn_gate'), feedForward);
      const up = multiply(before, name('ffn_up'), feedForward);
      return add(x, normaliseIfAny(multiply(gate.map((g, i) => (g / (1 + Math.exp(-g))) * up[i]!), name('ffn_down'), hidden), name('post_ffw_norm.weight')));
    });
  }
  const output = weights.has('output.weight') ? 'output' : 'token_embd';
  return stream.map((x) => multiply(normalise(x, 'output_norm.weight'), output, vocabularySize));
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const add = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value + b[i]!);

function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
