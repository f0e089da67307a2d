import { measureLength, type LengthTarget } from '@glm-tasks/task';
import { draftSeveral, lastLines } from './draft-several.ts';
import { appendProse, fitLength } from './fit-length.ts';
import type { Writing } from './start-chapter.ts';
import type { PassageAsk } from './story-wording.ts';

/** Written in one go: beyond, a small model loses its thread. */
const PASSAGE = { words: 320, characters: 520 };
/** Calls in a row that may bring nothing. */
const PATIENCE = 3;

/** Passage after passage until the chapter is long enough; what is too long is cut at a sentence. After a call of no use, less is asked for. */
export async function growText(writing: Writing): Promise<{ text: string; isEnded: boolean }> {
  const { job, planned, target, known, check } = writing;
  const { unit } = job.frame;
  const parts = Math.max(1, Math.min(planned.mustHappen.length * 2, Math.ceil(job.wanted / PASSAGE[unit])));
  let text = '';
  let fruitless = 0;
  let isEnded = false;
  for (let round = 0; fruitless < PATIENCE; round++) {
    const written = measureLength(text, unit);
    if (written >= target.min) break;
    const part = Math.min(parts - 1, Math.floor((written / job.wanted) * parts + 0.2));
    const wanted = Math.max((job.wanted * (part + 1)) / parts - written, job.wanted * 0.15) / (fruitless + 1);
    const points = pointsUpTo(part, parts, planned.mustHappen).filter((point) => !check(text).isCovered(point));
    const ask = askForPassage(writing, { text, points, wanted, part: namePart(part, parts, text) });
    const draft = await draftSeveral(writing, { ask, text, points, wanted, call: `passage ${round}`, calm: fruitless > 0 });
    text = fitTo(writing, appendProse(text, draft?.text ?? '', known), target);
    isEnded = draft?.isEnded ?? isEnded;
    const gained = measureLength(text, unit) - written;
    fruitless = gained < Math.min(15, job.wanted * 0.05) ? fruitless + 1 : 0;
  }
  return { text, isEnded };
}

/** Cut to a target without the sentences that tell an event, and with its ending where the story ends. */
export function fitTo({ job, planned, check }: Writing, text: string, target: LengthTarget): string {
  const isEnd = job.number === job.outline.chapters.length;
  return fitLength(text, target, check(text).tells(planned.mustHappen), isEnd ? 2 : 0);
}

/** Events in order, as many as belong to the parts so far. */
function pointsUpTo(part: number, parts: number, points: readonly string[]): string[] {
  return points.filter((_, index) => Math.floor((index / points.length) * parts) <= part);
}

function namePart(part: number, parts: number, text: string): PassageAsk['part'] {
  if (part === parts - 1) return parts === 1 && text === '' ? 'whole' : 'closing';
  return part === 0 ? 'opening' : 'middle';
}

function askForPassage({ job, ask, story, shownEnding }: Writing, { text, points, wanted, part }: { text: string; points: readonly string[]; wanted: number; part: PassageAsk['part'] }): string {
  const { wording, unit } = job.frame;
  // Nobody asks for 137 words.
  const size = wording.size(Math.max(10, Math.round(wanted / 10) * 10), unit);
  return wording.passage({ ...ask, events: points, part, size, ending: lastLines(text || story, shownEnding) });
}
