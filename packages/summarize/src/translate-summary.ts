import { createSupportFinder, splitSentences, type TaskEvent } from '@glm-tasks/task';
import type { Corpus } from './corpus.ts';
import { joinSentences, readDraft, trimDraft, type Draft } from './draft.ts';
import type { Reading } from './condense.ts';
import type { Frame } from './frame.ts';
import { translateTexts } from './translate-texts.ts';
import { listUnverified, type Verified } from './verify.ts';

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

/** The checked summary in the language asked for; its points keep their sources. Numbers and dates that only the translation has are named too. */
export async function* translateSummary({ draft, points, unverified }: Verified, { corpus, ask, outputLanguage, target, reading }: Pick<Frame, 'ask' | 'outputLanguage' | 'target'> & { corpus: Corpus; reading: Reading }): Steps<Verified> {
  const said = draft.points ?? (draft.headline === undefined ? splitSentences(draft.summary) : [draft.headline]);
  const texts = yield* translateTexts(said, outputLanguage, reading);
  const whole: Draft = draft.headline === undefined ? joinSentences(texts, ask.format) : readDraft(texts.join(' '), 'headline');
  const trimmed = trimDraft(whole, target);
  if (trimmed.summary !== whole.summary) reading.warnings.push('The translation was too long; what exceeded the length asked for was cut at the end of a sentence.');
  const find = createSupportFinder(corpus.text);
  const added = listUnverified(texts.map(find), true, reading.warnings);
  return {
    draft: trimmed,
    points: points?.slice(0, trimmed.points?.length ?? 0).map((point, index) => ({ ...point, text: trimmed.points?.[index] ?? point.text })),
    unverified: [...new Set([...unverified, ...added])],
  };
}
