import { findFacts, findTerms } from '@glm-tasks/task';
import { contains, type NewsFact } from './news-fact.ts';
import { isChinese } from './house-style.ts';

/** What a text must have of a fact to state it. */
export interface Claim {
  fact: NewsFact;
  /** Numbers and dates, by value. */
  values: string[];
  /** Fields that must be found again by their words. */
  fields: { text: string; share: number }[];
}

/** Share of the words of `what` that a sentence must keep; a model may say "costs" for "will cost". */
const WHAT = 0.5;
const WHAT_CHINESE = 0.45;
const CIRCUMSTANCE = 0.5;

/** `known` need not be said again: what the first paragraph says of time and place. `needsWho` is false where the paragraph is about one subject. */
export function makeClaim(fact: NewsFact, language: string, known: { when?: string | undefined; where?: string | undefined }, needsWho: boolean): Claim {
  const { who, what, when, where, why, number } = fact;
  const circumstances = [needsWho ? who : undefined, when === known.when ? undefined : when, where === known.where ? undefined : where].filter((text) => text !== undefined);
  const values = [what, when === known.when ? '' : when, number, why].flatMap((text) => findFacts(text ?? '')).filter(({ kind }) => kind !== 'name').map(({ value }) => value);
  const fields = [{ text: what, share: isChinese(language) ? WHAT_CHINESE : WHAT }, ...circumstances.map((text) => ({ text, share: CIRCUMSTANCE })), ...(why === undefined ? [] : [{ text: why, share: 0.4 }])];
  return { fact, values: [...new Set(values)], fields };
}

export function isStated({ values, fields }: Claim, text: string): boolean {
  const said = new Set(findFacts(text).map(({ value }) => value));
  return values.every((value) => said.has(value)) && fields.every(({ text: field, share }) => contains(text, field) || shareOf(field, text) >= share);
}

/** How much of the fact a sentence is about, 0 to 1: words of `what`, and one for a number of its own. */
export function measureClaim({ fact, values }: Claim, sentence: string): number {
  const said = new Set(findFacts(sentence).map(({ value }) => value));
  const words = shareOf(fact.what, sentence);
  return values.length === 0 ? words : (words + values.filter((value) => said.has(value)).length / values.length) / 2;
}

/** A field without a term, a number for instance, is found by its values alone. */
function shareOf(field: string, text: string): number {
  const wanted = [...findTerms(field)];
  if (wanted.length === 0) return findFacts(field).length > 0 || field.trim() === '' ? 1 : contains(text, field) ? 1 : 0;
  const said = findTerms(text);
  return wanted.filter((term) => said.has(term)).length / wanted.length;
}
