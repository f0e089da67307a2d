import { TaskError, type Model } from '@glm-tasks/core';
import { multiply } from './rank-passages.ts';
import { tokenize } from './tokenize.ts';
import { createSimilarity } from './utterance-similarity.ts';

/** What people say when they want one thing: the examples of an intent, or a question of an FAQ with its other wordings. */
export interface Utterances {
  label: string;
  examples: readonly string[];
}

export interface UtteranceMatch {
  label: string;
  /** From 0 to 1, how likely this is what the text means; what is about none of the labels counts as wrong. Sums to at most 1 over the labels. */
  confidence: number;
  /** The nearest example of the label. */
  example: string;
  /** From 0 to 1, how near it is. */
  similarity: number;
}

export interface UtteranceMatcher {
  /** The labels the text may mean, best first, at most `limit` of them (5); none where it shares nothing with any example. */
  match(text: string, options?: { limit?: number; signal?: AbortSignal }): Promise<UtteranceMatch[]>;
}

/** Each further example of a label, from the nearest on, counts this much of the one before. */
const DECAY = 0.6;

/**
 * How similarities become probabilities, by words alone and with vectors: `sharpness` says how much a lead counts, `none` is the similarity
 * of a text about none of the labels, and `vectors` the share of the cosine in the similarity. Fitted by least log loss on examples of
 * Banking77: 5 to 76 intents with 1 to 11 examples each, half of the texts about intents that were left out.
 */
const WORDS = { sharpness: 21, none: 0.24, vectors: 0 };
const BOTH = { sharpness: 18, none: 0.5, vectors: 0.8 };

/**
 * Tells what a short text means by the labelled ones it is like: a weighted vote of the nearest, so that a label is as near as its best
 * examples. Without a model by words and pieces of words, with one that embeds by its vectors too.
 *
 * @throws TaskError `invalid_input` for a label that comes twice or has no examples
 *
 * @example
 * const matcher = await createUtteranceMatcher([
 *   { label: 'refund', examples: ['I want my money back', 'How do I return this?'] },
 *   { label: 'delivery', examples: ['Where is my parcel?', 'When will it arrive?'] },
 * ]);
 * const [best] = await matcher.match('where is the parcel');
 * best.label; // 'delivery'
 */
export async function createUtteranceMatcher(utterances: readonly Utterances[], { model, signal }: { model?: Pick<Model, 'embed'>; signal?: AbortSignal } = {}): Promise<UtteranceMatcher> {
  checkUtterances(utterances);
  const examples = utterances.flatMap(({ label, examples: texts }) => texts.map((text) => ({ label, text, key: tokenize(text).join(' ') })));
  const measureWords = createSimilarity(examples.map(({ text }) => text));
  const vectors = await model?.embed(examples.map(({ text }) => text), signal === undefined ? {} : { signal });
  const scale = vectors === undefined ? WORDS : BOTH;

  async function measure(text: string, run: { signal?: AbortSignal }): Promise<number[]> {
    const byWords = measureWords(text);
    const [vector] = (await model?.embed([text], run)) ?? [];
    const key = tokenize(text).join(' ');
    return examples.map((example, index) => {
      if (key !== '' && example.key === key) return 1;
      const cosine = vector === undefined || vectors === undefined ? 0 : Math.max(0, multiply(vector, vectors[index] as Float32Array));
      return scale.vectors * cosine + (1 - scale.vectors) * (byWords[index] as number);
    });
  }

  return {
    async match(text, { limit = 5, signal: stop } = {}) {
      if (examples.length === 0 || text.trim() === '') return [];
      const similarities = await measure(text, stop === undefined ? {} : { signal: stop });
      const labels = utterances.map(({ label }) => ({ label, near: [] as { text: string; similarity: number }[] }));
      const byLabel = new Map(labels.map((entry) => [entry.label, entry.near]));
      for (const [index, { label, text: example }] of examples.entries()) byLabel.get(label)?.push({ text: example, similarity: similarities[index] as number });
      const matches = labels.map(({ label, near }) => {
        near.sort((one, other) => other.similarity - one.similarity);
        const [best] = near as [{ text: string; similarity: number }];
        return { label, example: best.text, similarity: best.similarity, score: average(near.map(({ similarity }) => similarity)) };
      });
      const weights = matches.map(({ score }) => Math.exp(scale.sharpness * (score - scale.none)));
      const sum = 1 + weights.reduce((total, weight) => total + weight, 0);
      return matches
        .map(({ label, example, similarity }, index) => ({ label, confidence: (weights[index] as number) / sum, example, similarity }))
        .filter(({ similarity }) => similarity > 0)
        .sort((one, other) => other.confidence - one.confidence)
        .slice(0, limit);
    },
  };
}

/** Of similarities from the largest on; a text that is an example needs no second. */
function average(similarities: readonly number[]): number {
  if (similarities[0] === 1) return 1;
  let sum = 0;
  let weights = 0;
  for (const [rank, similarity] of similarities.entries()) {
    sum += similarity * DECAY ** rank;
    weights += DECAY ** rank;
  }
  return sum / weights;
}

function checkUtterances(utterances: readonly Utterances[]): void {
  const seen = new Set<string>();
  for (const { label, examples } of utterances) {
    const problem = seen.has(label) ? 'comes twice' : examples.some((example) => example.trim() !== '') ? undefined : 'has no examples';
    if (problem !== undefined) throw new TaskError('invalid_input', `The label "${label}" ${problem}; each needs examples, all in one place.`, { details: { label } });
    seen.add(label);
  }
}
