import { TaskError } from '@glm-tasks/core';
import { defineTask, type TaskContext } from '@glm-tasks/task';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { nameEveryone, planChapters } from './plan-outline.ts';
import { frameStory, type StoryFrame } from './story-frame.ts';
import { storyLength, storyOutline, storyOutput, type Story, type StoryChapter, type StoryRequest } from './story-schema.ts';
import { judgePoints, tellStory } from './tell-story.ts';
import type { StoryRun } from './write-story.ts';

const story = storyOutput.describe('a story, as writeStory returns it');
const wish = z.string().trim().min(1, 'say what you want, or leave it out').max(600, 'give at most 600 characters').optional();

/**
 * Goes on with a story: more chapters, planned behind the ones it has. The result is the whole story.
 *
 * @example
 * const longer = await continueStory({ story, chapters: 2, direction: 'The keeper follows the boat.' }, { model });
 */
export const continueStory = defineTask({
  name: 'continue-story',
  description: 'Go on with a story: more chapters behind the ones it has',
  input: z.object({
    story,
    chapters: z.number('give a whole number').int('give a whole number').min(1, 'give at least 1').max(50, 'give at most 50').default(1).describe('number of new chapters'),
    /** Of the new chapters together. @default as long as the others are on average */
    length: storyLength.optional().describe('how long the new chapters are to be together'),
    direction: wish.describe('what is to happen in them'),
  }),
  output: storyOutput,
  async *run({ story, chapters, length, direction }, { model, store, signal, usage }: TaskContext<StoryRun>) {
    const { outline, count } = story;
    if (outline.chapters.length + chapters > 100) throw new TaskError('invalid_input', `continue-story: "chapters" is ${chapters}; a story has 100 chapters at most, this one has ${outline.chapters.length}.`, { details: { field: 'chapters' } });
    const added = length === undefined ? Math.round((count.written / outline.chapters.length) * chapters) : frameStory({ ...story.request, language: story.language, outline: undefined, length }).length;
    const { request, frame } = reframe(story, { chapters: outline.chapters.length + chapters, length: count.written + added });
    const planning = planChapters({ model, request, frame, store, signal }, { title: outline.title, characters: outline.characters }, outline.chapters, direction);
    let step = await planning.next();
    for (; !step.done; step = await planning.next()) yield { type: 'progress', stage: 'planning', ...step.value };
    return yield* tellStory({ model, request, frame, outline: step.value, kept: byNumber(story.chapters), note: direction, version: 0, store, signal, usage });
  },
});

/**
 * Writes one chapter anew, as long as it was. The other chapters stay; where one of them contradicts the new one now, `warnings` say so.
 *
 * @example
 * const better = await rewriteChapter({ story, chapter: 2, wish: 'More dialogue, and the storm.' }, { model });
 */
export const rewriteChapter = defineTask({
  name: 'rewrite-chapter',
  description: 'Write one chapter of a story anew',
  input: z.object({
    story,
    chapter: z.number('give the number of a chapter').int('give the number of a chapter').min(1, 'give a number from 1').describe('number of the chapter'),
    wish: wish.describe('what is to be different'),
    /** Another number gives another version. */
    version: z.number().int().min(1).default(1).describe('another number gives another version'),
  }),
  output: storyOutput,
  async *run({ story, chapter, wish, version }, { model, store, signal, usage }: TaskContext<StoryRun>) {
    if (!story.chapters.some(({ number }) => number === chapter)) {
      throw new TaskError('invalid_input', `rewrite-chapter: "chapter" is ${chapter}; the story has chapters 1 to ${story.chapters.length}.`, { details: { field: 'chapter' } });
    }
    const { request, frame } = reframe(story, {});
    const kept = byNumber(story.chapters);
    kept.delete(chapter);
    return yield* tellStory({ model, request, frame, outline: story.outline, kept, note: wish, version, store, signal, usage });
  },
});

/**
 * Follows another outline from the first chapter on whose plan is another; the chapters before it stay.
 *
 * @example
 * const outline = structuredClone(story.outline);
 * outline.chapters[2].mustHappen = ['Mara lets the boat go.'];
 * const changed = await changeOutline({ story, outline }, { model });
 */
export const changeOutline = defineTask({
  name: 'change-outline',
  description: 'Follow another outline from the first chapter on that it changes',
  input: z.object({ story, outline: storyOutline.describe('the new plan, of all chapters') }),
  output: storyOutput,
  async *run({ story, outline: wanted }, { model, store, signal, usage }: TaskContext<StoryRun>) {
    const { request, frame } = reframe(story, { outline: wanted, chapters: wanted.chapters.length, length: Math.round((story.count.asked / story.outline.chapters.length) * wanted.chapters.length) });
    const outline = nameEveryone(wanted, request.characters);
    const firstChanged = outline.chapters.findIndex((chapter, index) => !isDeepStrictEqual(chapter, story.outline.chapters[index]));
    const before = firstChanged < 0 ? outline.chapters.length : firstChanged;
    const kept = byNumber(story.chapters.slice(0, before).map((chapter) => judgePoints(chapter, outline, frame.unit)));
    return yield* tellStory({ model, request, frame, outline, kept, version: 0, store, signal, usage });
  },
});

/** The frame of a story that is there: its language and unit stay, whatever the change. */
function reframe(story: Story, { length = story.count.asked, ...changes }: { length?: number; chapters?: number; outline?: Story['outline'] }): { request: StoryRequest; frame: StoryFrame } {
  const size = story.count.unit === 'words' ? { words: length } : { characters: length };
  const request: StoryRequest = { ...story.request, language: story.language, outline: undefined, ...changes, length: size };
  return { request, frame: frameStory(request) };
}

function byNumber(chapters: readonly StoryChapter[]): Map<number, StoryChapter> {
  return new Map(chapters.map((chapter) => [chapter.number, chapter]));
}
