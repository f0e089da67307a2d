import { TaskError, isTaskError, type Message, type Model, type Sampling } from '@glm-tasks/core';
import { findLoop, isInLanguage, readLanguage, remember, splitSentences, type Store } from '@glm-tasks/task';
import { z } from 'zod';
import { isMentioned, isSameEvent } from './point-check.ts';
import { BOLD_PLANNING, PLANNING, mixSeed } from './seeds.ts';
import type { StoryFrame } from './story-frame.ts';
import { storyOutline, type PlannedChapter, type StoryCharacter, type StoryOutline, type StoryRequest } from './story-schema.ts';
import type { BatchAsk } from './story-wording.ts';

export interface Planning {
  model: Model;
  request: StoryRequest;
  frame: StoryFrame;
  store?: Store | undefined;
  signal?: AbortSignal | undefined;
}

/** To be raised with every change that makes another outline. */
const VERSION = 1;
/** One event takes this many words, or ideographs, to tell. */
const EVENT = { words: 55, characters: 85 };
/** Chapters asked for at once: more, and a small model repeats itself. */
const BATCH = 4;
/** Share of its words that makes an event the premise said again. */
const OF_PREMISE = 0.6;
/** Of the plan so far, what a prompt shows. */
const SHOWN = 8;

/**
 * The plan of a story: first its title and people, then its chapters in batches, each shown what was planned before. Code counts the chapters,
 * asks again for what is missing, for events planned twice and for people the caller wants, and puts those in where the model leaves them out.
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
  let most = Math.max(1, Math.min(BATCH, Math.floor((planning.model.contextLength * 0.4) / tokensOfChapter(countEvents(frame)))));
  while (chapters.length < frame.chapters) {
    const count = Math.min(most, frame.chapters - chapters.length);
    try {
      chapters.push(...(await planBatch(planning, start, chapters, count, direction)));
    } catch (error) {
      if (!isTaskError(error) || error.code !== 'output_invalid' || count === 1) throw error;
      most = Math.floor(count / 2);
      continue;
    }
    yield { done: chapters.length, total: frame.chapters };
  }
  return nameEveryone({ title: start.title, characters: start.characters, chapters }, request.characters);
}

export interface StoryStart {
  title: string;
  characters: StoryCharacter[];
  /** What the first chapters, those between and the last one are about, in a sentence each. */
  arc?: { begins: string; trouble: string; ending: string };
}

async function planFrame(planning: Planning): Promise<StoryStart> {
  const { request, frame } = planning;
  const { wording, language, chapters, premise } = frame;
  const asked = request.characters;
  const text = limitsOf(language);
  const schema = z.object({
    title: text(60),
    people: z.array(z.object({ name: text(40), wants: text(100) })).min(asked.length > 0 ? 1 : 2).max(Math.min(12, asked.length + 3)),
    begins: text(200),
    trouble: text(200),
    ending: text(200),
  });
  const prompt: Message[] = [
    { role: 'system', content: wording.planner },
    { role: 'user', content: wording.frame({ premise, genre: request.genre, tone: request.tone, people: asked.map(introduce), chapters }) },
  ];
  const { title, people, begins, trouble, ending } = await askInLanguage(planning, 'start', PLANNING, prompt, schema, 480, (object) => [object.title, object.begins, object.trouble, object.ending, ...object.people.map(({ wants }) => wants)].join('\n'));
  const own = people.filter(({ name }) => !asked.some((given) => isSameName(given.name, name))).map(({ name, wants }) => ({ name: cleanName(name), role: wants }));
  const given = asked.map((character) => ({ ...character, role: character.role || (people.find(({ name }) => isSameName(character.name, name))?.wants ?? '') }));
  return { title: title.replace(/^[《"“]|[》"”]$/gu, ''), characters: [...given, ...own.filter(({ name }) => name !== '')], arc: { begins, trouble, ending } };
}

async function planBatch(planning: Planning, start: StoryStart, before: readonly PlannedChapter[], count: number, direction: string | undefined): Promise<PlannedChapter[]> {
  const { request, frame } = planning;
  const { wording, language, chapters } = frame;
  const events = countEvents(frame);
  const text = limitsOf(language);
  // Little at a time: asked for people and places too, the 0.5B model put pieces of JSON into them. Code knows who is in an event.
  const chapter = z.object({ title: text(60), goal: text(180), events: z.array(text(160)).min(events).max(events) });
  const schema = z.object({ chapters: z.array(chapter).min(1).max(count) });
  const ask: BatchAsk = {
    premise: frame.premise,
    genre: request.genre,
    tone: request.tone,
    people: start.characters.map(introduce),
    chapters,
    title: start.title,
    first: before.length + 1,
    last: before.length + count,
    events,
    before: before.map((planned, index) => `${index + 1}. ${planned.title}: ${planned.mustHappen.join(' ')}`).slice(-SHOWN),
    about: [...aboutOf(start, before.length + 1, before.length + count, chapters), ...(direction === undefined ? [] : [direction])],
    problems: [],
  };
  let best: PlannedChapter[] | undefined;
  let fewest = Infinity;
  let problems: string[] = [];
  for (const attempt of [0, 1]) {
    const prompt: Message[] = [
      { role: 'system', content: wording.planner },
      { role: 'user', content: wording.batch({ ...ask, problems }) },
    ];
    const answer = await askInLanguage(planning, `chapters ${ask.first}-${ask.last} ${attempt}`, attempt === 0 ? PLANNING : BOLD_PLANNING, prompt, schema, 120 + count * tokensOfChapter(events), (object) => object.chapters.flatMap(({ goal, events }) => [goal, ...events]).join('\n'));
    const planned = answer.chapters.slice(0, count).map(({ title, goal, events }): PlannedChapter => ({ title: title.replace(/^(?:chapter\s*\d+|第.{1,4}章)\s*[:：.\s-]*/iu, '') || title, goal, mustHappen: events, cast: castOf([goal, ...events], start.characters), place: '' }));
    problems = findProblems(planned, before, request, chapters);
    if (problems.length < fewest) [best, fewest] = [planned, problems.length];
    if (problems.length === 0) break;
  }
  return dropRepeatedEvents(best ?? [], before, request.premise);
}

/** A small model that is shown the whole arc tells it in every batch; each sees its own part. */
function aboutOf({ arc }: StoryStart, first: number, last: number, chapters: number): string[] {
  if (!arc) return [];
  const hasMiddle = chapters > 2 ? last > 1 && first < chapters : first === 1;
  return [...(first === 1 ? [arc.begins] : []), ...(hasMiddle ? [arc.trouble] : []), ...(last === chapters ? [arc.ending] : [])];
}

/** What is wrong with a batch: events planned twice; at the end, people who were to appear and never do. */
function findProblems(planned: readonly PlannedChapter[], before: readonly PlannedChapter[], { premise, characters: wanted }: StoryRequest, chapters: number): string[] {
  const all = [...before, ...planned];
  const problems = planned.flatMap((chapter, index) => chapter.mustHappen.filter((event, at) => isPlanned(event, all.slice(0, before.length + index), chapter.mustHappen.slice(0, at), premise)));
  const isLast = all.length >= chapters;
  const absent = isLast ? wanted.filter(({ name }) => !all.some((chapter) => namesIn(chapter, name))).map(({ name }) => name) : [];
  const broken = planned.flatMap(({ mustHappen }) => mustHappen.filter(isBroken));
  return [...broken.map((event) => `“${event.slice(0, 40)}”?`), ...problems.map((event) => `“${event}” ×2`), ...absent.map((name) => `${name}: 0`)];
}

/** Also what the premise says, except in the first chapter, which may begin with it. */
function isPlanned(event: string, before: readonly PlannedChapter[], own: readonly string[], premise: string): boolean {
  if (before.length > 0 && splitSentences(premise).some((sentence) => isSameEvent(event, sentence, OF_PREMISE))) return true;
  const told = [...before.flatMap(({ mustHappen }) => mustHappen), ...own];
  return told.some((other) => isSameEvent(event, other));
}

/** The people of the story whom these texts name; the first one, if they name nobody. */
function castOf(texts: readonly string[], characters: readonly StoryCharacter[]): string[] {
  const named = characters.filter(({ name }) => texts.some((text) => isMentioned(text, name))).map(({ name }) => name);
  return named.length > 0 ? named : characters.slice(0, 1).map(({ name }) => name);
}

/** What is no sentence: a loop, code, a single word. Nothing of it can be told. */
function isBroken(event: string): boolean {
  const words = event.match(/\p{Script=Han}|[\p{L}\p{N}'’-]+/gu)?.length ?? 0;
  return words < 3 || /[_{}[\]<>\\]/u.test(event) || findLoop(event) !== undefined;
}

/** A chapter keeps one event at least: its goal, if there is no other. */
function dropRepeatedEvents(planned: readonly PlannedChapter[], before: readonly PlannedChapter[], premise: string): PlannedChapter[] {
  return planned.map((chapter, index) => {
    const told = [...before, ...planned.slice(0, index)];
    const isOfUse = (event: string, at: number) => !isBroken(event) && !isPlanned(event, told, chapter.mustHappen.slice(0, at), premise);
    const fresh = chapter.mustHappen.filter(isOfUse);
    if (fresh.length > 0) return { ...chapter, mustHappen: fresh };
    const left = isOfUse(chapter.goal, 0) ? chapter.goal : (chapter.mustHappen.find((event) => !isBroken(event)) ?? chapter.goal);
    return { ...chapter, mustHappen: [left] };
  });
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

export function introduce({ name, role }: StoryCharacter): string {
  return role === '' ? name : `${name} (${role})`;
}

/** Events of a chapter, by the room it has. */
function countEvents({ length, chapters, unit }: StoryFrame): number {
  return Math.max(1, Math.min(6, Math.round(length / chapters / EVENT[unit])));
}

function tokensOfChapter(events: number): number {
  return 120 + 50 * events;
}

/** A character of Chinese says as much as three of an alphabet. */
function limitsOf(tag: string): (letters: number) => z.ZodString {
  const isDense = ['zh', 'ja', 'ko'].includes(readLanguage(tag).language);
  return (letters) => z.string().min(1).max(isDense ? Math.ceil(letters / 2.5) : letters);
}

/** An object whose texts are in the language of the story; asked for again with another seed, and then taken or refused as it is. */
async function askInLanguage<S extends z.ZodType<object>>(planning: Planning, what: string, sampling: Sampling, prompt: Message[], schema: S, maxTokens: number, textOf: (object: z.output<S>) => string): Promise<z.output<S>> {
  const { model, request, frame, store, signal } = planning;
  const ask = async (attempt: number): Promise<z.output<S>> => {
    const seed = mixSeed(request.seed, what, attempt);
    const parts = { made: 'story plan', version: VERSION, model: model.name, prompt, seed, maxTokens };
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
