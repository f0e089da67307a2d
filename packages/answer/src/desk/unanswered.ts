import { findTerms } from '@glm-tasks/task';

export type UnansweredReason = 'refused' | 'handover' | 'not_useful';

/** Questions that are the same but for their wording, asked in any session. */
export interface Unanswered {
  /** The first wording; personal data masked. */
  question: string;
  count: number;
  reasons: Partial<Record<UnansweredReason, number>>;
  /** Other wordings, at most 5. */
  examples: string[];
}

export interface UnansweredReport {
  add(question: string, reason: UnansweredReason): void;
  /** Asked most often first. */
  list(): Unanswered[];
}

/** Groups that are kept; where there are more, one that was asked once is dropped for a new one. */
const MOST_GROUPS = 1_000;
const MOST_EXAMPLES = 5;
/** Share of terms from which two questions count as one. */
const ALIKE = 0.5;

export function createUnansweredReport(): UnansweredReport {
  const groups: { entry: Unanswered; terms: Set<string> }[] = [];
  return {
    add(question, reason) {
      const text = question.trim();
      const terms = findTerms(text);
      let group = groups.find(({ entry, terms: known }) => entry.question === text || overlap(known, terms) >= ALIKE);
      if (group === undefined) {
        if (groups.length >= MOST_GROUPS) groups.splice(Math.max(0, groups.findIndex(({ entry }) => entry.count === 1)), 1);
        group = { entry: { question: text, count: 0, reasons: {}, examples: [] }, terms };
        groups.push(group);
      }
      const { entry } = group;
      entry.count++;
      entry.reasons[reason] = (entry.reasons[reason] ?? 0) + 1;
      if (text !== entry.question && !entry.examples.includes(text) && entry.examples.length < MOST_EXAMPLES) entry.examples.push(text);
    },
    list: () => groups.map(({ entry }) => structuredClone(entry)).sort((a, b) => b.count - a.count),
  };
}

/** Jaccard index. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const term of a) if (b.has(term)) shared++;
  const all = a.size + b.size - shared;
  return all === 0 ? 0 : shared / all;
}
