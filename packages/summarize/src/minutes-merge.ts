import { findFacts, findTerms } from '@glm-tasks/task';

export interface MinutesEntry {
  text: string;
  /** The passages the entry comes from. */
  sources: { start: number; end: number; text: string }[];
  supported: boolean;
}

export interface MinutesAction extends MinutesEntry {
  owner?: string;
  due?: string;
}

export interface Minutes {
  decisions: MinutesEntry[];
  actions: MinutesAction[];
  questions: MinutesEntry[];
}

/** Share of the terms of the shorter entry, and of both together, that two entries have in common when they say the same. */
const SHARED_OF_SHORTER = 0.7;
const SHARED_OF_BOTH = 0.45;

/**
 * Minutes of the parts of a meeting as minutes of the whole. Each thing stands once: as an action where it has an owner, else as a decision, an
 * action, a question.
 */
export function mergeMinutes(parts: readonly Minutes[]): Minutes {
  const all = mergeEntries(parts.flatMap((part) => part.actions));
  const owned = all.filter(({ owner }) => owner !== undefined);
  const decisions = mergeEntries(parts.flatMap((part) => part.decisions)).filter((entry) => !owned.some((action) => isSame(action, entry)));
  const actions = all.filter((action) => action.owner !== undefined || !decisions.some((decision) => isSame(decision, action)));
  const questions = mergeEntries(parts.flatMap((part) => part.questions)).filter((entry) => ![...actions, ...decisions].some((other) => isSame(other, entry)));
  return { decisions, actions, questions };
}

/** Entries that say the same become one, in the place of the first: the words of the first that is supported, the sources of all. */
function mergeEntries<E extends MinutesAction>(entries: readonly E[]): E[] {
  const merged: E[] = [];
  for (const entry of entries) {
    const place = merged.findIndex((other) => isSame(other, entry));
    const other = merged[place];
    if (other === undefined) merged.push(entry);
    else merged[place] = join(other, entry);
  }
  return merged;
}

/** True when the words are mostly the same, and no number, and no owner, tells the two apart. */
function isSame(one: MinutesAction, other: MinutesAction): boolean {
  if (one.owner !== undefined && other.owner !== undefined && one.owner !== other.owner) return false;
  const [terms, others] = [findTerms(one.text), findTerms(other.text)];
  const shared = [...terms].filter((term) => others.has(term)).length;
  const isClose = shared >= SHARED_OF_SHORTER * Math.min(terms.size, others.size) && shared >= SHARED_OF_BOTH * (terms.size + others.size - shared);
  return isClose && numbersOf(one.text) === numbersOf(other.text);
}

function join<E extends MinutesAction>(first: E, second: E): E {
  const [kept, added] = !first.supported && second.supported ? [second, first] : [first, second];
  const fresh = added.supported || !kept.supported ? added.sources.filter(({ start }) => !kept.sources.some((source) => source.start === start)) : [];
  return { ...added, ...kept, sources: [...kept.sources, ...fresh].sort((a, b) => a.start - b.start) };
}

function numbersOf(text: string): string {
  return findFacts(text).filter(({ kind }) => kind !== 'name').map(({ value }) => value).sort().join(' ');
}
