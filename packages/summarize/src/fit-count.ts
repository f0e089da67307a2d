import { createSupportFinder, measureLength, splitSentences, type TaskEvent } from '@glm-tasks/task';
import { isCloser, joinSentences, missedTarget, type Draft } from './draft.ts';
import { fitSentences, type Candidate } from './fit-sentences.ts';
import type { CountTarget } from './length-target.ts';
import { countSentences, hasSections, pickSentences } from './sections.ts';
import { cutPieces, isTooShortToFill, writeSections, type Composing } from './write-sections.ts';

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

/** Each writes up all sections of the text once more. */
const MOST_TRIES = 2;

/**
 * Brings a draft to a number of words or characters: of its sentences, and where they do not add up of further ones on sections of the text,
 * those are told that do. Where none do, the draft or the sections, whichever came nearer.
 */
export async function* fitCount(draft: Draft, target: CountTarget, composing: Composing): Steps<Draft> {
  const { pieces, isSource, format, outputLanguage, speakers } = composing;
  if (missedTarget(draft, target) === 0) return draft;
  const find = createSupportFinder(pieces.join('\n'));
  const isTurn = (text: string) => speakers.some((speaker) => text.startsWith(`${speaker}:`) || text.startsWith(`${speaker}：`));
  const candidates: Candidate[] = [];
  // What was said in a meeting is no sentence about it, and tells more than a sentence that is missing.
  const said: Candidate[] = [];
  const add = (sentences: readonly string[], isDraft: boolean) => {
    let place = 0; // a sentence that stands nowhere stays behind the one before it
    for (const text of sentences) (isTurn(text) ? said : candidates).push({ text, place: (place = find(text).sources[0]?.start ?? place), isDraft });
  };
  add(draft.points ?? splitSentences(draft.summary), true);
  let nearest = draft;
  for (let wanted = countSentences(target, outputLanguage), tries = 0; ; tries++) {
    const fitting = fitSentences(candidates, target);
    if (fitting) return joinSentences(fitting, format);
    if (tries === MOST_TRIES || !hasSections(composing, outputLanguage) || isTooShortToFill(composing)) {
      const withSaid = said.length === 0 ? undefined : fitSentences([...candidates, ...said], target);
      return withSaid ? joinSentences(withSaid, format) : nearest;
    }
    const written = yield* writeSections(isSource ? cutPieces(pieces, wanted) : pieces, { ...composing, wanted });
    add(written.flatMap(splitSentences), false);
    const joined = joinSentences(pickSentences(written, target), format);
    if (isCloser(joined, nearest, target)) nearest = joined;
    // Sentences are shorter than they usually are where the number was missed; then there must be more of them.
    wanted = Math.ceil((wanted * target.wanted) / Math.max(1, measureLength(nearest.summary, target.unit)));
  }
}
