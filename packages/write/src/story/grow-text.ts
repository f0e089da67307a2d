import type { Message } from '@glm-tasks/core';
import { measureLength, type LengthTarget } from '@glm-tasks/task';
import { draftSeveral, lastLines, REMEMBERED } from './draft-several.ts';
import { appendProse, fitLength } from './fit-length.ts';
import type { Writing } from './start-chapter.ts';
import { trimRepetition } from './trim-repetition.ts';

/** Written in one go: beyond, a small model loses its thread. */
const SCENE = { words: 320, characters: 520 };
/** Calls in a row that may bring nothing; then the next event has its turn. */
const PATIENCE = 3;
/** Of its share of the chapter: with this much an event has had its room. */
const ENOUGH = 0.75;

/** A chapter as far as it is written. */
interface Growing {
  text: string;
  /** What was asked and written, as long as it is shown. */
  turns: Message[];
  isEnded: boolean;
  calls: number;
}

interface Scene {
  text: string;
  turn: Message;
  isEnded: boolean;
}

interface SceneWish {
  event: string | undefined;
  wanted: number;
  isEnd: boolean;
  calm: boolean;
}

/**
 * A chapter, scene by scene: one call tells one event, in a conversation that has the scenes before. Asked for all events of a chapter at once,
 * small models list them in a sentence each and fill the rest with anything.
 */
export async function growText(writing: Writing): Promise<{ text: string; isEnded: boolean }> {
  const { job, planned, target } = writing;
  const { unit } = job.frame;
  const events = planned.mustHappen;
  const share = job.wanted / events.length;
  const growing: Growing = { text: '', turns: [], isEnded: false, calls: 0 };
  for (const [index, event] of events.entries()) {
    const isLast = index === events.length - 1;
    const isEnd = isLast && job.number === job.outline.chapters.length;
    const room = () => Math.min(SCENE[unit], Math.max(share * (index + 1) - measureLength(growing.text, unit), share * 0.4));
    if (!writing.check(growing.text).isCovered(event)) append(writing, growing, await tellEvent(writing, growing, { event, wanted: room(), isEnd }));
    // The last scene fills the chapter.
    const least = isLast ? target.min : share * (index + ENOUGH);
    for (let fruitless = 0; fruitless < PATIENCE && measureLength(growing.text, unit) < least;) {
      const written = measureLength(growing.text, unit);
      append(writing, growing, await writeScene(writing, growing, { event: undefined, wanted: room() / (fruitless + 1), isEnd, calm: fruitless > 0 }));
      if (measureLength(growing.text, unit) - written < Math.min(15, job.wanted * 0.05)) fruitless++;
    }
  }
  return { text: fitTo(writing, growing.text, target), isEnded: growing.isEnded };
}

/** One that does not tell its event is written once more; if that is no better, the first one stays, and the event is put in later. */
async function tellEvent(writing: Writing, growing: Growing, wish: { event: string; wanted: number; isEnd: boolean }): Promise<Scene | undefined> {
  const tells = (scene: Scene | undefined) => scene !== undefined && writing.check(scene.text).isCovered(wish.event);
  const first = await writeScene(writing, growing, { ...wish, calm: false });
  if (tells(first)) return first;
  const second = await writeScene(writing, growing, { ...wish, calm: true });
  return tells(second) ? second : (first ?? second);
}

async function writeScene(writing: Writing, growing: Growing, { event, wanted, isEnd, calm }: SceneWish): Promise<Scene | undefined> {
  const { job, ask, story, shownEnding, shownScenes, check } = writing;
  const { wording, unit } = job.frame;
  if (growing.turns.reduce((sum, { content }) => sum + content.length, 0) > shownScenes) growing.turns = [];
  const isFirst = growing.turns.length === 0;
  // Nobody asks for 137 words.
  const size = wording.size(Math.max(10, Math.round(wanted / 10) * 10), unit);
  const order = wording.scene({ event, size, isFirst, isEnd });
  const turn: Message = { role: 'user', content: isFirst ? `${wording.chapter(ask, lastLines(growing.text || story, shownEnding))}\n${order}` : order };
  const points = event === undefined ? [] : [event];
  const draft = await draftSeveral(writing, { turns: [...growing.turns, turn], text: growing.text, points, wanted, call: `scene ${growing.calls++}`, calm });
  if (!draft || draft.text === '') return undefined;
  const target = { unit, min: Math.ceil(wanted * 0.6), max: Math.max(1, Math.floor(wanted * 1.15)) };
  return { text: fitLength(draft.text, target, check(draft.text).tells(points), isEnd ? 2 : 0), turn, isEnded: draft.isEnded && isEnd };
}

function append({ known, story, planned, check }: Writing, growing: Growing, scene: Scene | undefined): void {
  const fresh = scene === undefined ? '' : trimRepetition(scene.text, `${story.slice(-REMEMBERED)}\n\n${growing.text}`, check(scene.text).tells(planned.mustHappen));
  const longer = scene === undefined ? growing.text : appendProse(growing.text, fresh, known);
  if (scene === undefined || longer === growing.text) return;
  growing.turns.push(scene.turn, { role: 'assistant', content: scene.text });
  growing.text = longer;
  growing.isEnded = scene.isEnded;
}

/** Cut to a target without the sentences that tell an event, and with its ending where the story ends. */
export function fitTo({ job, planned, check }: Writing, text: string, target: LengthTarget): string {
  const isEnd = job.number === job.outline.chapters.length;
  return fitLength(text, target, check(text).tells(planned.mustHappen), isEnd ? 2 : 0);
}
