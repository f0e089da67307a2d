import { TaskError } from '@glm-tasks/core';
import { createSupportFinder, splitSentences } from '@glm-tasks/task';
import { joinSentences, type Draft } from './draft.ts';
import type { Summary } from './schema.ts';

export interface Verified {
  draft: Draft;
  points: Summary['points'];
  unverified: string[];
}

export interface VerifyOptions {
  unsupported: 'flag' | 'drop';
  /** Whether the summary is in another language than the text: then words cannot be compared, names change, and nothing is dropped. */
  translated: boolean;
  warnings: string[];
}

/** Holds the summary against the text: where each point comes from, and what it names that the text does not. */
export function verify(draft: Draft, text: string, { unsupported, translated, warnings }: VerifyOptions): Verified {
  const find = createSupportFinder(text);
  const judged = draft.points?.map((point) => ({ text: point, ...find(point) }));
  const kept = judged?.filter(({ supported }) => supported || unsupported === 'flag' || translated);
  if (judged && kept && !translated) {
    const lacking = judged.filter(({ supported }) => !supported).length;
    if (lacking > 0) warnings.push(`${lacking} of ${judged.length} points found no support in the text${unsupported === 'drop' ? ' and were dropped' : ''}.`);
    if (kept.length === 0 && judged.length > 0) {
      throw new TaskError('output_invalid', `None of the ${judged.length} points is supported by the text; they are in error.partial. Try unsupported: "flag", or a larger model.`, {
        details: { reason: 'unsupported' },
        partial: judged.map((point) => point.text),
      });
    }
  }
  const final = kept && kept.length < (judged?.length ?? 0) ? joinSentences(kept.map((point) => point.text), 'key-points') : draft;
  const missing = (final.points ?? splitSentences(final.summary)).flatMap((sentence) => find(sentence).missing);
  const unverified = [...new Set(missing.filter(({ kind }) => kind !== 'name' || !translated).map((fact) => fact.text))];
  if (unverified.length > 0) warnings.push(`Not found in the text: ${unverified.join(', ')}.`);
  return { draft: final, points: kept?.map(({ text: point, sources, supported }) => ({ text: point, sources, supported })), unverified };
}
