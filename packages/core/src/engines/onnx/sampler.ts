import type { Sampling } from '../../engine.ts';
import type { Constraint } from './constraint.ts';
import { createPenalties, hasPenalties } from './penalties.ts';

/** Picks the next token of one sequence from its logits, which it changes. */
export type Sampler = (logits: Float32Array) => number;

/** Whether the likeliest token is all there is to know: then the logits need not leave the graph. */
export function isGreedy(sampling: Sampling): boolean {
  return (sampling.temperature ?? 0) === 0 && !hasPenalties(sampling);
}

/**
 * Makes the sampler of one request. First come the penalties in their order, then what a constraint rules out, then, in the order
 * of Hugging Face transformers, temperature, top-k, top-p (Holtzman et al. 2019, arXiv:1904.09751) and min-p (Nguyen et
 * al. 2024, arXiv:2407.01082). Each request draws from its own generator, so what shares its batch cannot change its text.
 *
 * @param prompt what penalties count besides the output
 */
export function createSampler(sampling: Sampling, prompt: readonly number[], constraint?: Constraint): Sampler {
  const penalties = createPenalties(sampling, prompt);
  const random = createRandom(sampling.seed ?? Math.floor(Math.random() * 2 ** 32));
  return (logits) => {
    penalties.apply(logits);
    constraint?.restrict(logits);
    for (;;) {
      const token = (sampling.temperature ?? 0) === 0 ? findLargest(logits) : draw(logits, sampling, random());
      if (constraint !== undefined && logits[token] === -Infinity) throw new Error('the constraint leaves no token');
      if (constraint === undefined || constraint.allows(token)) {
        penalties.add(token);
        return token;
      }
      logits[token] = -Infinity;
    }
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

function draw(logits: Float32Array, { temperature = 0, topK = 0, topP = 1, minP = 0 }: Sampling, chance: number): number {
  const largest = logits[findLargest(logits)]!;
  if (topK === 0 && topP === 1 && minP > 0) return drawByMinP(logits, largest, temperature, minP, chance);
  const weights = new Float32Array(logits.length);
  let total = 0;
  for (let token = 0; token < weights.length; token++) total += weights[token] = Math.exp((logits[token]! - largest) / temperature);
  if (topK === 0 && topP === 1) return pick(weights, undefined, total, chance);

  let kept = sortByWeight(weights, topK, topP * total);
  if (topK > 0) kept = kept.slice(0, topK);
  if (topP < 1) kept = cutAtMass(kept, weights, topP * (topK > 0 ? sumOf(kept, weights) : total));
  if (minP > 0) kept = kept.filter((token) => weights[token]! >= minP * weights[kept[0]!]!);
  return pick(weights, kept, sumOf(kept, weights), chance);
}

/** Min-p alone needs no order and nothing of what it cuts, so the weights of a whole vocabulary are never computed: 1.5 ms instead of 60. */
function drawByMinP(logits: Float32Array, largest: number, temperature: number, minP: number, chance: number): number {
  const least = largest + temperature * Math.log(minP);
  const tokens: number[] = [];
  for (let token = 0; token < logits.length; token++) if (logits[token]! >= least) tokens.push(token);
  const weights = Float32Array.from(tokens, (token) => Math.exp((logits[token]! - largest) / temperature));
  return tokens[pick(weights, undefined, weights.reduce((sum, weight) => sum + weight, 0), chance)]!;
}

// Sorting the whole vocabulary costs tens of milliseconds, so first only the tokens near the top are sorted; if they
// turn out too few for top-k or too light for top-p, all are. The result is the same as sorting everything.
function sortByWeight(weights: Float32Array, topK: number, mass: number): number[] {
  const collect = (least: number): number[] => {
    const tokens: number[] = [];
    for (let token = 0; token < weights.length; token++) if (weights[token]! >= least) tokens.push(token);
    return tokens.sort((a, b) => weights[b]! - weights[a]! || a - b);
  };
  const near = collect(1e-4);
  const enough = topK > 0 ? near.length >= topK : sumOf(near, weights) >= mass;
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
