import type { Sampling } from '../../engine.ts';

/** Picks the next token of one sequence from its logits. */
export type Sampler = (logits: Float32Array) => number;

/** Whether the likeliest token is all there is to know: then the logits need not leave the graph. */
export function isGreedy({ temperature = 0, repetitionPenalty = 1 }: Sampling): boolean {
  return temperature === 0 && repetitionPenalty === 1;
}

/**
 * Makes the sampler of one request. The filters apply in the order of Hugging Face transformers: repetition penalty
 * (Keskar et al. 2019, arXiv:1909.05858), temperature, top-k, top-p (Holtzman et al. 2019, arXiv:1904.09751), min-p
 * (Nguyen et al. 2024, arXiv:2407.01082). Each request draws from its own generator, so what shares its batch cannot
 * change its text.
 *
 * @param seen tokens that the repetition penalty counts: the prompt; every token picked is added to it.
 */
export function createSampler(sampling: Sampling, seen: Iterable<number>): Sampler {
  const { temperature = 0, repetitionPenalty = 1 } = sampling;
  const tokens = repetitionPenalty === 1 ? undefined : new Set(seen);
  const random = createRandom(sampling.seed ?? Math.floor(Math.random() * 2 ** 32));
  return (logits) => {
    if (tokens !== undefined) penalize(logits, tokens, repetitionPenalty);
    const token = temperature === 0 ? findLargest(logits) : draw(logits, sampling, random());
    tokens?.add(token);
    return token;
  };
}

export function findLargest(values: Float32Array): number {
  let at = 0;
  let largest = -Infinity;
  for (let index = 0; index < values.length; index++) {
    if (values[index]! > largest) {
      largest = values[index]!;
      at = index;
    }
  }
  return at;
}

function penalize(logits: Float32Array, tokens: Set<number>, penalty: number): void {
  for (const token of tokens) {
    const logit = logits[token];
    if (logit !== undefined) logits[token] = logit > 0 ? logit / penalty : logit * penalty;
  }
}

function draw(logits: Float32Array, { temperature = 0, topK = 0, topP = 1, minP = 0 }: Sampling, chance: number): number {
  const largest = logits[findLargest(logits)]!;
  const weights = logits.map((logit) => Math.exp((logit - largest) / temperature));
  if (topK === 0 && topP === 1 && minP === 0) return pick(weights, undefined, sum(weights), chance);

  let kept = sortByWeight(weights, topK, topP);
  if (topK > 0) kept = kept.slice(0, topK);
  if (topP < 1) kept = cutAtMass(kept, weights, topP * (topK > 0 ? sumOf(kept, weights) : sum(weights)));
  if (minP > 0) kept = kept.filter((token) => weights[token]! >= minP * weights[kept[0]!]!);
  return pick(weights, kept, sumOf(kept, weights), chance);
}

// Sorting the whole vocabulary costs tens of milliseconds, so first only the tokens near the top are sorted; if they
// turn out too few for top-k or too light for top-p, all are. The result is the same as sorting everything.
function sortByWeight(weights: Float32Array, topK: number, topP: number): number[] {
  const collect = (least: number): number[] => {
    const tokens: number[] = [];
    for (let token = 0; token < weights.length; token++) if (weights[token]! >= least) tokens.push(token);
    return tokens.sort((a, b) => weights[b]! - weights[a]! || a - b);
  };
  const near = collect(1e-4);
  const enough = topK > 0 ? near.length >= topK : sumOf(near, weights) >= topP * sum(weights) && topP < 1;
  return enough ? near : collect(0);
}

function cutAtMass(tokens: number[], weights: Float32Array, mass: number): number[] {
  let reached = 0;
  const end = tokens.findIndex((token) => (reached += weights[token]!) >= mass);
  return end === -1 ? tokens : tokens.slice(0, end + 1);
}

function pick(weights: Float32Array, tokens: number[] | undefined, total: number, chance: number): number {
  let left = chance * total;
  const count = tokens?.length ?? weights.length;
  let last = 0;
  for (let index = 0; index < count; index++) {
    const token = tokens === undefined ? index : tokens[index]!;
    if (weights[token]! === 0) continue;
    last = token;
    left -= weights[token]!;
    if (left < 0) return token;
  }
  return last; // rounding left a crumb of probability
}

const sum = (weights: Float32Array): number => {
  let total = 0;
  for (const weight of weights) total += weight;
  return total;
};

const sumOf = (tokens: number[], weights: Float32Array): number => tokens.reduce((total, token) => total + weights[token]!, 0);

/** Mulberry32: a small generator with a 32-bit state; equal seeds give equal numbers on every machine. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
