import { z } from 'zod';

const hasLetters = (text: string) => /[\p{L}\p{N}]/u.test(text);
const line = (most: number) => z.string().trim().min(1, 'give a text that is not empty').max(most, `give at most ${most} characters`);
const tag = z.string().regex(/^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$/, 'give a language tag such as zh, zh-Hant or en');
const seed = z.number('give a whole number').int('give a whole number').min(0, 'give a number from 0').max(2 ** 31 - 1, 'give at most 2147483647');
/** Below thirty words nothing can happen; above a hundred thousand it is a novel that nobody waits for on one machine. */
const size = (least: number) => z.number('give a whole number').int('give a whole number').min(least, `give at least ${least}`).max(200_000, 'give at most 200000');

const storyCharacter = z.strictObject({
  /** Written in the story exactly like this. */
  name: line(60),
  role: z.string().trim().max(200, 'give at most 200 characters').default(''),
});

/** What one chapter is to tell. */
const plannedChapter = z.strictObject({
  title: line(120),
  goal: line(600),
  /** Events, each one short sentence; the result says of each whether the chapter tells it. */
  mustHappen: z.array(line(300)).min(1, 'give at least one event').max(12, 'give at most 12 events'),
  cast: z.array(line(60)).max(12, 'give at most 12 names').default([]),
  place: z.string().trim().max(120, 'give at most 120 characters').default(''),
});

export const storyOutline = z.strictObject({
  title: line(120),
  characters: z.array(storyCharacter).max(24, 'give at most 24 characters').default([]),
  chapters: z.array(plannedChapter).min(1, 'give at least one chapter').max(100, 'give at most 100 chapters'),
});

export const storyLength = z.union(
  [z.enum(['short', 'medium', 'long']), z.strictObject({ words: size(30) }), z.strictObject({ characters: size(50) })],
  'give "short", "medium", "long", { words } from 30 or { characters } from 50',
);

const requestFields = {
  premise: z.string('give the idea of the story').trim().refine(hasLetters, 'there is no idea in it: say in a sentence what the story is about').max(8_000, 'give at most 8000 characters').describe('what the story is about'),
  genre: line(100).optional().describe('such as mystery, fairy tale, 科幻'),
  tone: line(100).optional().describe('such as calm, comic, 温暖'),
  /** @default the language of the premise */
  language: tag.optional().describe('language of the story, such as zh, zh-Hant or en; without it, that of the premise'),
  /** Met within 15 %. short, medium and long are 400, 900 and 2000 words, or 600, 1500 and 3500 字. */
  length: storyLength.default('short').describe('how long the story is to be, by name or in numbers'),
  /** @default one for every 150 words or 220 字 of a short story, 400 or 600 of a long one */
  chapters: z.number('give a whole number').int('give a whole number').min(1, 'give at least 1').max(100, 'give at most 100').optional().describe('number of chapters'),
  /** Each of them appears, under this name. */
  characters: z.array(storyCharacter).max(12, 'give at most 12 characters').default([]).describe('people of the story, by name'),
  /** Followed as it is; without it the model makes one. */
  outline: storyOutline.optional().describe('the plan of the story, where you have one'),
  /** The same seed, request and engine give the same story, another seed another one. */
  seed: seed.default(1).describe('another number gives another story'),
  /** Versions of each passage to choose from. They are written side by side. */
  drafts: z.number('give a whole number').int('give a whole number').min(1, 'give at least 1').max(8, 'give at most 8').default(3).describe('versions of each passage to choose from'),
};

export const storyRequest = z.object(requestFields).superRefine(({ outline, chapters }, context) => {
  if (outline && chapters !== undefined && outline.chapters.length !== chapters) {
    context.addIssue({ code: 'custom', path: ['chapters'], message: `the outline has ${outline.chapters.length} chapters; give the same number, or leave it out` });
  }
});

/** What a chapter changed, as read from its text and held against it. */
export const chapterChanges = z.object({
  summary: z.string(),
  people: z.array(z.object({ name: z.string(), alive: z.boolean(), place: z.string() })),
  facts: z.array(z.string()),
  opened: z.array(z.string()),
  closed: z.array(z.string()),
  when: z.string(),
});

export const storyBible = z.object({
  characters: z.array(z.object({ name: z.string(), role: z.string(), alive: z.boolean(), place: z.string(), lastSeen: z.number().describe('number of a chapter, 0 for none') })),
  places: z.array(z.string()),
  facts: z.array(z.object({ text: z.string(), chapter: z.number() })),
  openThreads: z.array(z.string()),
  timeline: z.array(z.object({ chapter: z.number(), when: z.string(), event: z.string() })),
});

export const storyChapter = z.object({
  number: z.number(),
  title: z.string(),
  /** Paragraphs with an empty line between them, without the title. */
  text: z.string(),
  /** In the unit of the story's length. */
  count: z.number(),
  /** The events of the outline, and whether the text tells them: found by code, by words and names. */
  points: z.array(z.object({ text: z.string(), covered: z.boolean() })),
  changes: chapterChanges,
  /** What does not go together with the chapters before, in plain words. */
  contradictions: z.array(z.string()),
  warnings: z.array(z.string()),
});

export const storyOutput = z.object({
  /** `complete`: of the length asked for, every event told, nothing that contradicts; `flawed`: `warnings` say what is not. */
  status: z.enum(['complete', 'flawed']),
  title: z.string(),
  /** Title, chapter headings and chapters, as Markdown. */
  text: z.string(),
  chapters: z.array(storyChapter),
  bible: storyBible,
  outline: storyOutline,
  /** Of the chapters' texts together. */
  count: z.object({ unit: z.enum(['words', 'characters']), asked: z.number(), written: z.number() }),
  lengthMet: z.boolean(),
  language: z.string(),
  /** What the story was asked for with: what continuing and rewriting need besides. */
  request: z.object(requestFields),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), cachedTokens: z.number(), calls: z.number() }),
  /** What could not be kept, in plain words. */
  warnings: z.array(z.string()),
});

export type StoryRequest = z.output<typeof storyRequest>;
export type StoryOutline = z.output<typeof storyOutline>;
export type PlannedChapter = StoryOutline['chapters'][number];
export type StoryCharacter = z.output<typeof storyCharacter>;
export type ChapterChanges = z.output<typeof chapterChanges>;
export type StoryBible = z.output<typeof storyBible>;
export type StoryChapter = z.output<typeof storyChapter>;
export type Story = z.output<typeof storyOutput>;
