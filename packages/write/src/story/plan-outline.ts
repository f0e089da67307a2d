import { TaskError, type Message, type Sampling } from '@glm-tasks/core';
import { isInLanguage, readLanguage, remember, splitSentences } from '@glm-tasks/task';
import { z } from 'zod';
import { namePeople } from './name-people.ts';
import { PLAN_VERSION, introduce, isTitle, planEvent, planTitle, type Planning, type StoryStart } from './plan-event.ts';
import { isMentioned } from './point-check.ts';
import { PLANNING, mixSeed } from './seeds.ts';
import type { StoryFrame } from './story-frame.ts';
import { storyOutline, type PlannedChapter, type StoryCharacter, type StoryOutline } from './story-schema.ts';
import { chooseStems } from './story-stems.ts';

/** One event takes this many words, or ideographs, to tell. */
const EVENT = { words: 55, characters: 85 };
/** The first sentence of an idea begins the story, up to this many letters. */
const OPENING = { dense: 90, spaced: 220 };
/** Beginnings tried beyond those of a chapter that has got no event. */
const SPARE = 3;

/**
 * The plan of a story: its title and people, then event by event, each a sentence that code begins and the model ends, the newest of several
 * versions. Asked for whole chapters at once, models of one or two billion weights say one event in several ways.
 */
export async function* planOutline(planning: Planning): AsyncGenerator<{ done: number; total: number }, StoryOutline> {
  const { request, frame } = planning;
  if (request.outline) return nameEveryone(request.outline, request.characters);
  yield { done: 0, total: frame.chapters };
  const start = await planFrame(planning);
  return yield* planChapters(planning, start, []);
}

/** Goes on from chapters that are planned already. `direction` is what the caller wants to happen. */
export async function* planChapters(planning: Planning, start: StoryStart, planned: readonly PlannedChapter[], direction?: string): AsyncGenerator<{ done: number; total: number }, StoryOutline> {
  const { frame, request } = planning;
  const chapters = [...planned];
  while (chapters.length < frame.chapters) {
    chapters.push(await planChapter(planning, start, chapters, direction));
    yield { done: chapters.length, total: frame.chapters };
  }
  return nameEveryone({ title: start.title, characters: start.characters, chapters }, request.characters);
}

async function planFrame(planning: Planning): Promise<StoryStart> {
  const { request, frame } = planning;
  const { wording, language, chapters, premise } = frame;
  const asked = request.characters;
  const text = limitsOf(language);
  const schema = z.object({
    title: text(60),
    people: z.array(z.object({ name: text(40), who: text(60) })).min(2).max(Math.max(3, Math.min(12, asked.length + 3))),
    begins: text(200),
  });
  const prompt: Message[] = [
    { role: 'system', content: wording.planner },
    { role: 'user', content: wording.frame({ premise, genre: request.genre, tone: request.tone, people: asked.map(introduce), chapters }) },
  ];
  const { title: called, people, begins } = await askInLanguage(planning, 'start', PLANNING, prompt, schema, 480, (object) => [object.title, object.begins, ...object.people.map(({ who }) => who)].join('\n'));
  const own = people.filter(({ name }) => !asked.some((given) => isSameName(given.name, name))).map(({ name, who }) => ({ name: cleanName(name), role: cleanRole(who, language) }));
  const given = asked.map((character) => ({ ...character, role: character.role || cleanRole(people.find(({ name }) => isSameName(character.name, name))?.who ?? '', language) }));
  const named = namePeople(own.filter(({ name }) => name !== ''), { idea: frame.idea, language, seed: request.seed, taken: asked.map(({ name }) => name) });
  const opening = chooseOpening(frame, begins);
  const title = isTitle(called, language) ? called : ((await planTitle(planning, called, [opening], [])) ?? called);
  return { title: title.replace(/^[《"“]|[》"”]$/gu, ''), characters: [...given, ...named], begins: opening };
}

/** The idea in the words of the caller, where it is short and in the language of the story. */
function chooseOpening({ idea, showsPremise, language }: StoryFrame, begins: string): string {
  const [first = ''] = splitSentences(idea);
  return showsPremise && first.length <= (isDense(language) ? OPENING.dense : OPENING.spaced) ? first.trim() : begins;
}

async function planChapter(planning: Planning, start: StoryStart, before: readonly PlannedChapter[], direction: string | undefined): Promise<PlannedChapter> {
  const { frame, model } = planning;
  const number = before.length + 1;
  const count = countEvents(frame);
  const told = before.flatMap(({ mustHappen }) => mustHappen);
  const events = number === 1 && start.begins !== undefined ? [start.begins] : [];
  const isChinese = readLanguage(frame.language).language === 'zh';
  // The first event of all was the caller's.
  const skipped = Math.max(0, before.length * count - 1);
  const stems = chooseStems(count - events.length, { isChinese, isEnding: number === frame.chapters, skipped });
  const spare = chooseStems(SPARE, { isChinese, isEnding: false, skipped: skipped + stems.length });
  for (const [index, stem] of [...stems, ...spare].entries()) {
    if (index >= stems.length && events.length > 0) break;
    const event = await planEvent(planning, { start, told: [...told, ...events], stem, index: skipped + index, direction });
    if (event !== undefined) events.push(event);
  }
  if (events.length === 0) throw new TaskError('output_invalid', `write-story: "${model.name}" plans nothing of use for chapter ${number}; give an outline, or try another seed or a larger model.`, { details: { chapter: number } });
  const title = (await planTitle(planning, start.title, events, before.map((chapter) => chapter.title))) ?? frame.wording.heading(number, '').trim();
  return { title, goal: events.at(-1)!, mustHappen: events, cast: castOf(events, start.characters), place: '' };
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

export function isSameName(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase().trim(), other.toLowerCase().trim()];
  return a === b || [[a, b], [b, a]].some(([long, short]) => long!.startsWith(`${short} `) || long!.endsWith(` ${short}`));
}

/** "Mara (the keeper)" is Mara; pieces of JSON, sentences and words of two scripts are nobody. */
function cleanName(written: string): string {
  const name = written.replace(/[（(].*$/u, '').replace(/^["“《]|["”》]$/gu, '').trim();
  const isMixed = /\p{Script=Han}/u.test(name) && /\p{Script=Latin}/u.test(name);
  return isMixed || name.length > 40 || /[^\p{L}\p{M}\s.'’·-]/u.test(name) ? '' : name;
}

/** A role in another language would be told in the story as it stands. */
function cleanRole(written: string, tag: string): string {
  const isHan = /\p{Script=Han}/u.test(written);
  return readLanguage(tag).language === 'zh' ? (isHan && !/[A-Za-z]/u.test(written) ? written : '') : isHan && readLanguage(tag).language !== 'ja' ? '' : written;
}

/** Events of a chapter, by the room it has. */
function countEvents({ length, chapters, unit }: StoryFrame): number {
  return Math.max(1, Math.min(6, Math.round(length / chapters / EVENT[unit])));
}

/** A character of Chinese says as much as three of an alphabet. */
function limitsOf(tag: string): (letters: number) => z.ZodString {
  return (letters) => z.string().min(1).max(isDense(tag) ? Math.ceil(letters / 2.5) : letters);
}

function isDense(tag: string): boolean {
  return ['zh', 'ja', 'ko'].includes(readLanguage(tag).language);
}

/** An object whose texts are in the language of the story; asked for again with another seed, and then taken or refused as it is. */
async function askInLanguage<S extends z.ZodType<object>>(planning: Planning, what: string, sampling: Sampling, prompt: Message[], schema: S, maxTokens: number, textOf: (object: z.output<S>) => string): Promise<z.output<S>> {
  const { model, request, frame, store, signal } = planning;
  const ask = async (attempt: number): Promise<z.output<S>> => {
    const seed = mixSeed(request.seed, what, attempt);
    const parts = { made: 'story plan', version: PLAN_VERSION, model: model.name, prompt, seed, maxTokens };
    return remember(store, parts, async () => (await model.generateObject(prompt, { schema, maxTokens, ...sampling, seed, ...(signal ? { signal } : {}) })).object, schema as unknown as z.ZodType<z.output<S>>);
  };
  for (const attempt of [0, 1]) {
    const object = await ask(attempt);
    if (isInLanguage(textOf(object), frame.language)) return object;
  }
  const object = await ask(2);
  if (isInLanguage(textOf(object), frame.language)) return object;
  throw new TaskError('output_invalid', `write-story: "${model.name}" plans the story in another language than ${frame.language}; give an outline, or try a larger model.`, { partial: object });
}
