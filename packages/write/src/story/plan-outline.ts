import { TaskError } from '@glm-tasks/core';
import { readLanguage } from '@glm-tasks/task';
import { planEvent, planTitle, type Planning, type StoryStart } from './plan-event.ts';
import { planStart } from './plan-start.ts';
import { planSynopsis } from './plan-synopsis.ts';
import { isMentioned, isSameEvent, isSameName } from './point-check.ts';
import type { StoryFrame } from './story-frame.ts';
import { storyOutline, type PlannedChapter, type StoryCharacter, type StoryOutline } from './story-schema.ts';
import { chooseStems } from './story-stems.ts';

/** One event takes this many words, or ideographs, to tell as a scene; with fewer it is reported. */
const EVENT = { words: 75, characters: 115 };
/** Beginnings tried beyond those that are needed, because some bring no event. */
const SPARE = 3;
/** Events that are planned in one go: in longer lists small models lose the thread. */
const AT_ONCE = 9;

/**
 * The plan of a story: its title and people, then its events in sentences, the best of several versions, divided among the chapters. Asked for
 * an outline as one object, models of one or two billion weights say one event in several ways.
 */
export async function* planOutline(planning: Planning): AsyncGenerator<{ done: number; total: number }, StoryOutline> {
  const { request, frame } = planning;
  if (request.outline) return nameEveryone(request.outline, request.characters);
  yield { done: 0, total: frame.chapters };
  const start = await planStart(planning);
  return yield* planChapters(planning, start, []);
}

/** Goes on from chapters that are planned already. `direction` is what the caller wants to happen. */
export async function* planChapters(planning: Planning, start: StoryStart, planned: readonly PlannedChapter[], direction?: string): AsyncGenerator<{ done: number; total: number }, StoryOutline> {
  const { frame, request } = planning;
  const chapters = [...planned];
  const size = countEvents(frame);
  while (chapters.length < frame.chapters) {
    const count = Math.min(frame.chapters - chapters.length, Math.max(1, Math.floor(AT_ONCE / size)));
    const opening = chapters.length === 0 && start.begins !== undefined ? [start.begins] : [];
    const told = [...chapters.flatMap(({ mustHappen }) => mustHappen), ...opening];
    const later = await planEvents(planning, start, told, { count: count * size - opening.length, isEnding: chapters.length + count === frame.chapters, direction });
    for (const events of divide([...opening, ...later], count)) {
      chapters.push(await planChapter(planning, start, chapters, events));
      yield { done: chapters.length, total: frame.chapters };
    }
  }
  return nameEveryone({ title: start.title, characters: start.characters, chapters }, request.characters);
}

/** In so many parts, as even as can be. */
function divide(events: readonly string[], parts: number): string[][] {
  return Array.from({ length: parts }, (_, part) => events.slice(Math.ceil((part * events.length) / parts), Math.ceil(((part + 1) * events.length) / parts)));
}

async function planChapter(planning: Planning, start: StoryStart, before: readonly PlannedChapter[], events: readonly string[]): Promise<PlannedChapter> {
  const { frame, model } = planning;
  const number = before.length + 1;
  if (events.length === 0) throw new TaskError('output_invalid', `write-story: "${model.name}" plans nothing of use for chapter ${number}; give an outline, or try another seed or a larger model.`, { details: { chapter: number } });
  const title = (await planTitle(planning, start.title, events, [start.title, ...before.map((chapter) => chapter.title)])) ?? frame.wording.heading(number, '').trim();
  return { title, goal: events.at(-1)!, mustHappen: [...events], cast: castOf(events, start.characters), place: '' };
}

/** Chapters that are planned at once, and their events. What few sentences lack is planned one by one, before the last of them. */
async function planEvents(planning: Planning, start: StoryStart, told: readonly string[], { count, isEnding, direction }: { count: number; isEnding: boolean; direction: string | undefined }): Promise<string[]> {
  const events = count < 1 ? [] : await planSynopsis(planning, { start, told, count, isEnding, direction });
  const ending = isEnding && events.length > 1 ? events.splice(-1) : [];
  const isChinese = readLanguage(planning.frame.language).language === 'zh';
  const wanted = count - ending.length;
  // The first event of all was the caller's.
  const skipped = Math.max(0, told.length + events.length - 1);
  const isLast = isEnding && ending.length === 0;
  const stems = [...chooseStems(wanted - events.length, { isChinese, isEnding: isLast, skipped }), ...chooseStems(SPARE, { isChinese, isEnding: false, skipped: skipped + wanted })];
  for (const [index, stem] of stems.entries()) {
    if (events.length >= wanted) break;
    const event = await planEvent(planning, { start, told: [...told, ...events], stem, index: skipped + index, direction });
    if (event !== undefined && !ending.some((last) => isSameEvent(event, last))) events.push(event);
  }
  return [...events, ...ending];
}

/** The people of the story whom these texts name; the first one, if they name nobody. */
function castOf(texts: readonly string[], characters: readonly StoryCharacter[]): string[] {
  const named = characters.filter(({ name }) => texts.some((text) => isMentioned(text, name))).map(({ name }) => name);
  return named.length > 0 ? named : characters.slice(0, 1).map(({ name }) => name);
}

/** Every character the caller named is in the cast of some chapter; everyone in a cast is among the characters. */
export function nameEveryone(outline: StoryOutline, wanted: readonly StoryCharacter[]): StoryOutline {
  const chapters = outline.chapters.map((chapter) => ({ ...chapter, cast: [...new Set(chapter.cast)] }));
  const missing = wanted.filter(({ name }) => !chapters.some((chapter) => namesIn(chapter, name)));
  for (const [index, { name }] of missing.entries()) chapters[Math.min(index, chapters.length - 1)]!.cast.unshift(name);
  const characters = [...outline.characters];
  for (const character of [...wanted, ...chapters.flatMap(({ cast }) => cast.map((name) => ({ name, role: '' })))]) {
    if (characters.length < 24 && !characters.some(({ name }) => isSameName(name, character.name))) characters.push(character);
  }
  return storyOutline.parse({ ...outline, characters, chapters: chapters.map((chapter) => ({ ...chapter, cast: chapter.cast.slice(0, 12) })) });
}

function namesIn({ title, goal, mustHappen, cast }: PlannedChapter, name: string): boolean {
  return [title, goal, ...mustHappen, ...cast].some((text) => text.includes(name));
}

/** Events of a chapter, by the room it has. */
function countEvents({ length, chapters, unit }: StoryFrame): number {
  return Math.max(1, Math.min(6, Math.round(length / chapters / EVENT[unit])));
}
