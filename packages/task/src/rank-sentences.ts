import { findPassages, type Passage } from './passages.ts';
import { findTerms } from './terms.ts';

/** A sentence, or a part of at most 400 UTF-16 units of a longer one: `source.slice(start, end)` is `text`. */
export interface RankedSentence extends Passage {
  /** How central it is to the text: 1 on average among sentences that share words with others, 0.15 for one that shares none. */
  score: number;
}

/** Share of a score that comes from the neighbours, and the change below which it has settled: the paper's. */
const DAMPING = 0.85;
const SETTLED = 1e-4;
/** The error shrinks by the damping every round, so that sixty leave less than SETTLED of any start. */
const MOST_ROUNDS = 60;

/**
 * Ranks the sentences of a text by TextRank: a sentence is central when it shares words with sentences that are (Mihalcea and Tarau 2004,
 * "TextRank: Bringing Order into Text"). Returned in the order of the text; only white space stands between them. No model, no randomness.
 *
 * Two sentences are as similar as the shared terms, rare ones weighing more, over the geometric mean of the logarithms of their lengths. The
 * paper counts shared words and takes the arithmetic mean. As it is here the matrix of similarities is a product of two sparse ones, so that no
 * pair is ever looked at: time and memory grow with the length of the text, and no term or neighbour has to be left out.
 *
 * @example
 * const [best] = rankSentences(text).toSorted((a, b) => b.score - a.score);
 */
export function rankSentences(text: string): RankedSentence[] {
  const passages = findPassages(text).flatMap((found) => found.passages);
  const spread = readSimilarity(passages);
  const ties = spread(new Float64Array(passages.length).fill(1));
  let scores = new Float64Array(passages.length).fill(1);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = spread(scores.map((score, index) => (ties[index] ? score / ties[index] : 0))).map((received) => 1 - DAMPING + DAMPING * received);
    const moved = next.reduce((most, score, index) => Math.max(most, Math.abs(score - (scores[index] as number))), 0);
    scores = next;
    if (moved < SETTLED) break;
  }
  return passages.map((passage, index) => ({ ...passage, score: scores[index] as number }));
}

/** The similarities of all sentences to all others, as a function that multiplies their matrix by a vector. */
function readSimilarity(passages: readonly Passage[]): (values: Float64Array) => Float64Array {
  const ids = new Map<string, number>();
  const terms: number[] = [];
  const starts = [0];
  const frequencies: number[] = [];
  const scale = new Float64Array(passages.length);
  for (const [index, { text }] of passages.entries()) {
    const found = findTerms(text);
    for (const term of found) {
      const id = ids.get(term) ?? ids.size;
      ids.set(term, id);
      frequencies[id] = (frequencies[id] ?? 0) + 1;
      terms.push(id);
    }
    starts.push(terms.length);
    scale[index] = 1 / Math.sqrt(Math.log(2 + found.size));
  }
  const weights = frequencies.map((frequency) => Math.log(1 + passages.length / frequency));
  return (values) => {
    const given = values.map((value, index) => value * (scale[index] as number));
    const totals = new Float64Array(ids.size);
    const visit = (index: number, see: (id: number) => void) => {
      for (let at = starts[index] as number; at < (starts[index + 1] as number); at++) see(terms[at] as number);
    };
    for (const index of given.keys()) visit(index, (id) => (totals[id]! += given[index] as number));
    return given.map((own, index) => {
      let received = 0;
      // What a sentence gives itself is taken out term by term: of a term that nobody shares exactly nothing is left.
      visit(index, (id) => (received += (weights[id] as number) * ((totals[id] as number) - own)));
      return received * (scale[index] as number);
    });
  };
}
