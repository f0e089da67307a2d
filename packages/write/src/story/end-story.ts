import { measureLength } from '@glm-tasks/task';
import { draftSeveral, lastLines } from './draft-several.ts';
import { appendProse } from './fit-length.ts';
import { fitTo } from './grow-text.ts';
import type { Writing } from './start-chapter.ts';

/** What two or three sentences have. */
const ENDING = { words: 40, characters: 60 };

/** A story that was cut rather than ended gets two or three last sentences. */
export async function endStory(writing: Writing, text: string): Promise<string> {
  const { job, target, ask, planned, shownEnding, check } = writing;
  const { wording, unit } = job.frame;
  const wanted = Math.min(target.max * 0.3, ENDING[unit]);
  const question = wording.end({ story: ask.story, people: ask.people, before: lastLines(text, shownEnding), goal: planned.goal });
  const draft = await draftSeveral(writing, { turns: [{ role: 'user', content: question }], text, points: [], wanted, call: 'end', calm: false, isUseful: (ending) => ending !== '' });
  if (!draft) return text;
  const size = measureLength(draft.text, unit);
  const max = Math.max(1, target.max - size);
  const told = planned.mustHappen.filter(check(text).isCovered);
  const ended = appendProse(fitTo(writing, text, { unit, max, min: Math.max(1, Math.min(max, target.min - size)) }), draft.text);
  return told.every(check(ended).isCovered) ? ended : text;
}
