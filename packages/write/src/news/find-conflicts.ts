import { findFacts, findTerms, type Fact } from '@glm-tasks/task';
import type { NewsFact } from './news-fact.ts';

interface Conflict {
  kept: NewsFact;
  left: NewsFact;
  /** What the two say differently. */
  values: [string, string];
}

/** Share of the words of two facts that must be common, numbers aside, for them to speak of the same thing. */
const SAME = 0.7;

/**
 * Facts that cannot both be: the same subject and the same words with another number, or with another date. What differs in both, and what
 * merely differs in a word, may be two things. The first given is kept, whatever is right: code cannot know it, a warning says it.
 */
export function findConflicts(facts: readonly NewsFact[]): Conflict[] {
  const conflicts: Conflict[] = [];
  const left = new Set<NewsFact>();
  for (const [index, fact] of facts.entries()) {
    for (const other of facts.slice(index + 1)) {
      if (left.has(fact) || left.has(other)) continue;
      const values = compare(fact, other);
      if (!values) continue;
      left.add(other);
      conflicts.push({ kept: fact, left: other, values });
    }
  }
  return conflicts;
}

function compare(a: NewsFact, b: NewsFact): [string, string] | undefined {
  if (fold(a.who) !== fold(b.who) || !isSame(a, b)) return undefined;
  if (a.where !== undefined && b.where !== undefined && fold(a.where) !== fold(b.where)) return undefined;
  const numbers = [readNumbers(a), readNumbers(b)] as const;
  const dates = [readDates(a), readDates(b)] as const;
  const differ = ([one, two]: readonly [Said[], Said[]]) => one.length > 0 && two.length > 0 && listValues(one) !== listValues(two);
  if (differ(numbers) === differ(dates)) return undefined;
  const [one, two] = differ(numbers) ? numbers : dates;
  return [one.map(({ text }) => text).join(', '), two.map(({ text }) => text).join(', ')];
}

function isSame(a: NewsFact, b: NewsFact): boolean {
  const [one, two] = [findTerms(leaveOutValues(a.what)), findTerms(leaveOutValues(b.what))];
  const common = [...one].filter((term) => two.has(term)).length;
  const union = one.size + two.size - common;
  return union === 0 ? leaveOutValues(a.what) === leaveOutValues(b.what) : common / union >= SAME;
}

function leaveOutValues(text: string): string {
  return findFacts(text).filter(({ kind }) => kind !== 'name').toReversed().reduce((rest, { start, end }) => `${rest.slice(0, start)} ${rest.slice(end)}`, text);
}

type Said = Pick<Fact, 'text' | 'value'>;

function readNumbers({ what, number }: NewsFact): Said[] {
  return findFacts(`${what}\n${number ?? ''}`).filter(({ kind }) => kind === 'number');
}

function readDates({ what, when }: NewsFact): Said[] {
  const dates: Said[] = findFacts(`${what}\n${when ?? ''}`).filter(({ kind }) => kind === 'date');
  return dates.length > 0 || when === undefined ? dates : [{ text: when, value: when.toLowerCase() }];
}

function listValues(said: readonly Said[]): string {
  return [...new Set(said.map(({ value }) => value))].toSorted().join();
}

function fold(text: string | undefined): string {
  return (text ?? '').toLowerCase().replace(/^the /, '').trim();
}
