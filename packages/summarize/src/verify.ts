import { TaskError } from '@glm-tasks/core';
import { splitSentences, type Support } from '@glm-tasks/task';
import type { Corpus } from './corpus.ts';
import { createSentenceCheck } from './check-sentences.ts';
import { joinSentences, type Draft } from './draft.ts';
import type { TextFormat } from './prompts.ts';
import { PREVIOUS, type Summary } from './schema.ts';

export interface Verified {
  draft: Draft;
  points: Summary['points'];
  unverified: string[];
}

export interface VerifyOptions {
  format: TextFormat;
  /** What happens to a sentence that nothing in the text supports. */
  unsupported: 'flag' | 'drop';
  warnings: string[];
}

/**
 * Holds a summary in the language of the text against it: where each point comes from, what it names that the text does not, and which documents
 * it leaves out. Sentences that follow an order to the model which stands in the text are taken out wherever something else is left.
 */
export function verify(draft: Draft, corpus: Corpus, { format, unsupported, warnings }: VerifyOptions): Verified {
  const said = draft.points ?? (draft.headline === undefined ? splitSentences(draft.summary) : [draft.headline]);
  const check = createSentenceCheck(corpus.text);
  const all = said.map((text) => ({ ...check(draft.headline === undefined ? text : withoutCapitals(text, corpus.text)), text }));
  const free = all.filter(({ isOrdered }) => !isOrdered);
  const judged = free.length > 0 ? free : all;
  const what = draft.points ? 'point' : 'sentence';
  if (judged.length < all.length) warnings.push(`${count(all.length - judged.length, what)} of the summary followed an order to the model that stands in the text, and ${judged.length === all.length - 1 ? 'was' : 'were'} left out.`);
  const kept = judged.filter(({ supported }) => supported || unsupported === 'flag');
  const lacking = judged.filter(({ supported }) => !supported);
  if (lacking.length > 0) warnings.push(`${lacking.length} of ${count(judged.length, what)} found no support in the text${unsupported === 'drop' ? ' and were dropped' : ''}: ${lacking.map(({ text }) => clip(text)).join(' | ')}`);
  if (kept.length === 0 && judged.length > 0) {
    throw new TaskError('output_invalid', `None of the ${count(judged.length, what)} is supported by the text; they are in error.partial. Try unsupported: "flag", or a larger model.`, {
      details: { reason: 'unsupported' },
      partial: judged.map(({ text }) => text),
    });
  }
  const final = kept.length < said.length && draft.headline === undefined ? joinSentences(kept.map(({ text }) => text), format) : draft;
  warnOfLeftOut(corpus, kept, warnings);
  const points = draft.points && kept.map(({ text, sources, supported }) => ({ text, sources: sources.map((source) => ({ ...corpus.place(source), text: source.text })), supported }));
  return { draft: final, points, unverified: listUnverified(kept, false, warnings) };
}

/** "Council Votes for Bridge" names nobody: a capital letter of a headline counts where the text has no such word without it. */
function withoutCapitals(headline: string, text: string): string {
  return headline.replace(/\p{Lu}\p{Ll}{2,}/gu, (word) => {
    const stem = word.toLowerCase().slice(0, Math.max(4, word.length - 1));
    return !text.includes(word) && new RegExp(`(?<!\\p{L})${stem}`, 'u').test(text) ? word.toLowerCase() : word;
  });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Numbers, dates and names that nothing in the corpus has; names change in translation. */
export function listUnverified(supports: readonly Support[], translated: boolean, warnings: string[]): string[] {
  const missing = supports.flatMap((support) => support.missing);
  const unverified = [...new Set(missing.filter(({ kind }) => kind !== 'name' || !translated).map((fact) => fact.text))];
  if (unverified.length > 0) warnings.push(`Not found in the text: ${unverified.join(', ')}.`);
  return unverified;
}

function warnOfLeftOut(corpus: Corpus, supports: readonly Support[], warnings: string[]): void {
  if (corpus.documents.length < 2) return;
  const named = new Set(supports.flatMap(({ sources }) => sources.map((source) => corpus.place(source).source)));
  const left = corpus.documents.map(({ id }) => id).filter((id) => id !== PREVIOUS && !named.has(id));
  if (left.length > 0) warnings.push(`The summary says nothing that was found in ${left.slice(0, 5).join(', ')}${left.length > 5 ? ` and ${left.length - 5} more` : ''}.`);
}
