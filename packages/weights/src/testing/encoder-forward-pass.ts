import { tinyEncoder, type Weights } from './tiny-encoder.ts';

/**
 * An encoder's forward pass as a textbook writes it, in loops over double-precision numbers: the reference that graphs are compared with.
 *
 * @returns for every token its last hidden state
 */
export function encoderForwardPass(weights: Weights, tokens: readonly number[], { firstPosition = 0, activate = gelu } = {}): number[][] {
  const { hidden, heads, epsilon } = tinyEncoder;
  const find = (name: string): Float32Array => weights.get(name)!.values;
  const row = (name: string, index: number): number[] => [...find(name).subarray(index * hidden, (index + 1) * hidden)];
  const multiply = (x: readonly number[], name: string): number[] =>
    [...find(`${name}.bias`)].map((bias, at) => x.reduce((sum, value, column) => sum + value * find(`${name}.weight`)[at * x.length + column]!, bias));
  const normalise = (x: readonly number[], name: string): number[] => {
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    const deviation = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length + epsilon);
    return x.map((value, at) => ((value - mean) / deviation) * find(`${name}.weight`)[at]! + find(`${name}.bias`)[at]!);
  };
  const add = (a: readonly number[], b: readonly number[]): number[] => a.map((value, at) => value + b[at]!);

  let stream = tokens.map((token, place) =>
    normalise(
      add(add(row('embeddings.word_embeddings.weight', token), row('embeddings.position_embeddings.weight', place + firstPosition)), row('embeddings.token_type_embeddings.weight', 0)),
      'embeddings.LayerNorm',
    ),
  );
  for (let layer = 0; layer < tinyEncoder.layers; layer++) {
    const name = (part: string): string => `encoder.layer.${layer}.${part}`;
    const [query, key, value] = ['query', 'key', 'value'].map((part) => stream.map((x) => multiply(x, name(`attention.self.${part}`))));
    const size = hidden / heads;
    const attended = stream.map((_, now) =>
      Array.from({ length: heads }, (__, head) => {
        const part = (x: number[]): number[] => x.slice(head * size, (head + 1) * size);
        const scores = key!.map((other) => part(query![now]!).reduce((sum, number, at) => sum + number * part(other)[at]!, 0) / Math.sqrt(size));
        const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
        const total = powers.reduce((sum, power) => sum + power, 0);
        return part(value![0]!).map((___, at) => powers.reduce((sum, power, then) => sum + (power / total) * part(value![then]!)[at]!, 0));
      }).flat(),
    );
    stream = stream.map((x, at) => normalise(add(x, multiply(attended[at]!, name('attention.output.dense'))), name('attention.output.LayerNorm')));
    stream = stream.map((x) => normalise(add(x, multiply(multiply(x, name('intermediate.dense')).map(activate), name('output.dense'))), name('output.LayerNorm')));
  }
  return stream;
}

/** x times the share of a normal distribution below x (https://arxiv.org/abs/1606.08415). */
export function gelu(x: number): number {
  return (x / 2) * (1 + erf(x / Math.SQRT2));
}

/** The error function by its Taylor series, which converges for every x this small network meets. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
