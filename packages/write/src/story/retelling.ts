import { listRuns, normalizeProse } from './measure-repetition.ts';

/** What was told, as far as it takes to notice that it is told again. */
export interface Told {
  /** Whether a sentence says nearly word for word what another one said, or one clause twice. Short ones come again in any story: “是的。” */
  isRetold(sentence: string): boolean;
  /** Whether half of it stood in the text before, word for word, in one place or in several: it costs a reader time, and a draft is not thrown away for it. */
  isHalfTold(sentence: string): boolean;
  add(sentence: string): void;
}

/** Letters of a sentence that is long enough for its return to be a repetition, of the runs it is compared by, of one that comes again word for word, and the share of its runs that makes it a patchwork. */
const DENSE = { least: 9, run: 3, same: 6, patched: 0.8 };
// In an alphabet sentences of one build share nearly all their runs, whatever they tell.
const SPACED = { least: 24, run: 6, same: 18, patched: Infinity };
/** Letters of a speech that is noticed when it comes again. */
const SPEECH = { dense: 4, spaced: 10 };
/** Share of its runs that stand in one other sentence. */
const NEARLY_ALL = 0.7;

/** Sentences whose runs together make a new one of no news: "they check the hold, then they prepare to leave", of two earlier halves. */
const NEAR = 60;
/** Share of the runs of four words that stood somewhere before, of a sentence that has so many at least. */
const HALF = { share: 0.5, least: 3 };

/** Compared run by run, so that a word more or another name makes no new sentence of an old one. */
export function createTold(sentences: Iterable<string> = []): Told {
  const whole = new Set<string>();
  const said = new Set<string>();
  const words = new Set<string>();
  const sentencesOf = new Map<string, number[]>();
  let count = 0;
  const told: Told = {
    isRetold(sentence) {
      const normalized = normalizeProse(sentence);
      const speech = speechOf(sentence);
      if (speech.length > 0 && speech.every((one) => said.has(one))) return true;
      const { least, same, patched } = sizesOf(normalized);
      if (normalized.length >= same && whole.has(normalized)) return true;
      if (normalized.length < least) return false;
      if (repeatsClause(sentence)) return true;
      const runs = runsOf(normalized);
      const shared = new Map<number, number>();
      for (const run of runs) for (const index of sentencesOf.get(run) ?? []) shared.set(index, (shared.get(index) ?? 0) + 1);
      if (Math.max(0, ...shared.values()) >= runs.size * NEARLY_ALL) return true;
      const near = [...runs].filter((run) => (sentencesOf.get(run)?.at(-1) ?? -Infinity) >= count - NEAR);
      return near.length >= runs.size * patched;
    },
    isHalfTold(sentence) {
      const runs = listRuns(sentence);
      return runs.length >= HALF.least && runs.filter((run) => words.has(run)).length >= runs.length * HALF.share;
    },
    add(sentence) {
      const normalized = normalizeProse(sentence);
      whole.add(normalized);
      for (const run of listRuns(sentence)) words.add(run);
      for (const speech of speechOf(sentence)) said.add(speech);
      for (const run of runsOf(normalized)) sentencesOf.set(run, [...(sentencesOf.get(run) ?? []), count]);
      count++;
    },
  };
  for (const sentence of sentences) told.add(sentence);
  return told;
}

/** What somebody says in a sentence; a word or two come again in any talk. */
function speechOf(sentence: string): string[] {
  const quotes = sentence.match(/“[^”]+”|「[^」]+」|"[^"]+"/gu) ?? [];
  return quotes.map(normalizeProse).filter((speech) => speech.length >= (/\p{Script=Han}/u.test(speech) ? SPEECH.dense : SPEECH.spaced));
}

/** "They mend the watch, they mend the watch": a sentence that tells itself again. */
function repeatsClause(sentence: string): boolean {
  const clauses = sentence.split(/[,，;；、。.!?！？]/u).map(normalizeProse).filter((clause) => clause.length > 4);
  return new Set(clauses).size < clauses.length;
}

function runsOf(normalized: string): Set<string> {
  const { run } = sizesOf(normalized);
  return new Set(Array.from({ length: Math.max(0, normalized.length - run + 1) }, (_, index) => normalized.slice(index, index + run)));
}

function sizesOf(normalized: string): typeof DENSE {
  return /\p{Script=Han}/u.test(normalized) ? DENSE : SPACED;
}
