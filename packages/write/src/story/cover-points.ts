import { measureLength } from '@glm-tasks/task';
import { draftSeveral, lastLines } from './draft-several.ts';
import { insertProse } from './fit-length.ts';
import { fitTo } from './grow-text.ts';
import { isMentioned } from './point-check.ts';
import type { Writing } from './start-chapter.ts';

/** What two or three sentences have. */
const INSERT = { words: 45, characters: 70 };

/** What orders a story instead of telling it. */
const ORDER = /^(?:write|tell|make|create|a (?:short )?story|story)\b|^(?:请|写|讲|创作)/iu;

/**
 * Each event that a chapter does not tell gets two or three sentences of its own, behind the event before it, and so does a person of the
 * caller's who does not appear. What tells it no better than before is not taken; then the sentence of the plan itself is told, where it is one.
 */
export async function coverPoints(writing: Writing, grown: string): Promise<{ text: string; warnings: string[] }> {
  const { planned, due, check } = writing;
  let text = grown;
  for (const event of planned.mustHappen) {
    if (check(text).isCovered(event)) continue;
    const inserted = await insertEvent(writing, text, event, (addition) => check(addition).isCovered(event));
    if (countTold(writing, inserted) > countTold(writing, text)) text = inserted;
    if (text === '' || check(text).isCovered(event) || !isTellable(writing, event)) continue;
    const told = insertAt(writing, text, event, event);
    if (countTold(writing, told) > countTold(writing, text)) text = told;
  }
  for (const name of due) {
    if (!isMentioned(text, name)) text = await insertEvent(writing, text, name, (addition) => isMentioned(addition, name));
  }
  const untold = planned.mustHappen.filter((event) => !check(text).isCovered(event));
  return { text, warnings: [...untold.map((event) => `It may not tell: "${event}"`), ...due.filter((name) => !isMentioned(text, name)).map((name) => `"${name}" does not appear.`)] };
}

async function insertEvent(writing: Writing, text: string, event: string, isUseful: (addition: string) => boolean): Promise<string> {
  const { job, target, ask } = writing;
  const { wording, unit } = job.frame;
  const end = endOfParagraph(text, placeFor(writing, text, event));
  const wanted = Math.min(target.max * 0.5, INSERT[unit]);
  const question = wording.insert({ before: lastLines(text.slice(0, end), 300), after: text.slice(end).trim().slice(0, 120), event, people: ask.people });
  const draft = await draftSeveral(writing, { turns: [{ role: 'user', content: question }], text, points: [], wanted, call: `event ${event}`, calm: false, isUseful });
  return draft ? insertAt(writing, text, draft.text, event) : text;
}

/** An outline of the caller's may be notes; a plan made here is sentences of the story. */
function isTellable({ job }: Writing, event: string): boolean {
  return !job.request.outline && /[.!。！]$/u.test(event) && !ORDER.test(event);
}

function insertAt(writing: Writing, text: string, addition: string, event: string): string {
  const { job, target, planned } = writing;
  const { unit } = job.frame;
  const size = measureLength(addition, unit);
  const max = Math.max(1, target.max - size);
  const shortened = fitTo(writing, text, { unit, max, min: Math.max(1, Math.min(max, target.min - size)) });
  // What happens first opens the chapter.
  if (addition === event && planned.mustHappen[0] === event) return `${event}\n\n${shortened}`;
  return insertProse(shortened, addition, placeFor(writing, shortened, event));
}

/** The last event closes a chapter; any other stands behind the one before it, or at the beginning. */
function placeFor({ planned, check }: Writing, text: string, event: string): number {
  const index = planned.mustHappen.indexOf(event);
  const last = Math.max(0, text.length - 1);
  if (index === planned.mustHappen.length - 1) return last;
  const places = planned.mustHappen.slice(0, Math.max(0, index)).flatMap((earlier) => check(text).placeOf(earlier)?.end ?? []);
  return places.length === 0 ? 0 : Math.min(last, places.at(-1)! - 1);
}

function endOfParagraph(text: string, index: number): number {
  const end = text.indexOf('\n\n', index);
  return end < 0 ? text.length : end;
}

function countTold({ planned, check }: Writing, text: string): number {
  return planned.mustHappen.filter(check(text).isCovered).length;
}
