import type { Hit, Passage } from '@glm-tasks/task';
import { tokenizeQuestion } from './tokenize.ts';
import type { WordIndex } from './word-index.ts';

/** Ranks fall off slowly, so that what two lists find goes before what one finds first (Cormack, Clarke and Büttcher, SIGIR 2009). */
const RANK_CONSTANT = 60;
/** How far down each list takes part in the fusion. */
const DEPTH = 100;

export interface Query {
  text: string;
  vector?: Float32Array | undefined;
}

export interface Searchable {
  passages: readonly Passage[];
  words: WordIndex;
  /** One a passage, where there is a model. */
  vectors: readonly Float32Array[] | undefined;
}

/**
 * The passages for any of the queries, best first. One list keeps its own scores; several (forms of the question, words and vectors) are
 * fused by their ranks, since scores of different kinds cannot be added. Coverage and similarity are those of the form that fits best.
 */
export function rankPassages(queries: readonly Query[], { passages, words, vectors }: Searchable, limit: number, filter?: (passage: Passage) => boolean): Hit[] {
  const allowed = filter === undefined ? undefined : passages.map(filter);
  const lists: { place: number; score: number }[][] = [];
  const coverages = new Float64Array(passages.length);
  const similarities = vectors === undefined ? undefined : new Float64Array(passages.length).fill(-1);
  for (const { text, vector } of queries) {
    const found = words.search(tokenizeQuestion(text));
    lists.push(takeBest(found.scores, allowed, Math.max(limit, DEPTH), 0));
    keepLargest(coverages, found.coverages);
    if (vector === undefined || vectors === undefined || similarities === undefined) continue;
    const cosines = new Float64Array(vectors.length);
    for (const [place, other] of vectors.entries()) cosines[place] = multiply(vector, other);
    lists.push(takeBest(cosines, allowed, Math.max(limit, DEPTH), -1));
    keepLargest(similarities, cosines);
  }
  const ranked = lists.length === 1 ? (lists[0] as { place: number; score: number }[]) : fuse(lists);
  return ranked.slice(0, limit).map(({ place, score }) => ({
    passage: passages[place] as Passage,
    score,
    coverage: coverages[place] as number,
    ...(similarities === undefined ? {} : { similarity: similarities[place] as number }),
  }));
}

function takeBest(scores: Float64Array, allowed: readonly boolean[] | undefined, count: number, above: number): { place: number; score: number }[] {
  const found: { place: number; score: number }[] = [];
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place] as number;
    if (score > above && allowed?.[place] !== false) found.push({ place, score });
  }
  return found.sort((one, other) => other.score - one.score).slice(0, count);
}

function fuse(lists: readonly (readonly { place: number }[])[]): { place: number; score: number }[] {
  const fused = new Map<number, number>();
  for (const list of lists) {
    for (const [rank, { place }] of list.entries()) fused.set(place, (fused.get(place) ?? 0) + 1 / (RANK_CONSTANT + rank + 1));
  }
  return [...fused].map(([place, score]) => ({ place, score })).sort((one, other) => other.score - one.score);
}

function keepLargest(largest: Float64Array, values: Float64Array): void {
  for (let place = 0; place < values.length; place++) largest[place] = Math.max(largest[place] as number, values[place] as number);
}

/** The cosine, as all vectors have length 1. */
export function multiply(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] as number) * (other[at] as number);
  return sum;
}
