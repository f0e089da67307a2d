import { TaskError, isTaskError, type Model, type Usage } from '@glm-tasks/core';
import { aroundTarget, measureLength, remember, type Store, type TaskEvent } from '@glm-tasks/task';
import { describeContradiction, findContradictions } from './find-contradictions.ts';
import { createPointCheck, isMentioned } from './point-check.ts';
import { foldBible } from './story-bible.ts';
import type { StoryFrame } from './story-frame.ts';
import { storyChapter, type Story, type StoryChapter, type StoryOutline, type StoryRequest } from './story-schema.ts';
import { writeChapter } from './write-chapter.ts';

export interface Telling {
  model: Model;
  request: StoryRequest;
  frame: StoryFrame;
  outline: StoryOutline;
  /** Chapters that are there already, by number; the others are written. */
  kept: ReadonlyMap<number, StoryChapter>;
  /** What the caller wants of the chapters that are written. */
  note?: string | undefined;
  /** Another number writes other versions. */
  version: number;
  store?: Store | undefined;
  signal?: AbortSignal | undefined;
  usage: Usage;
}

export type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

/** To be raised with every change that writes another chapter. */
const VERSION = 3;

/** Writes what is missing, chapter by chapter; each is released when it is finished, and kept in the store. */
export async function* tellStory(telling: Telling): Steps<Story> {
  const { outline, frame, request, usage } = telling;
  const total = outline.chapters.length;
  const chapters: StoryChapter[] = [];
  yield { type: 'partial', value: { outline } };
  yield { type: 'text-delta', text: `# ${outline.title}` };
  try {
    for (let number = 1; number <= total; number++) {
      yield { type: 'progress', stage: 'writing', done: number - 1, total };
      const chapter = telling.kept.has(number) ? judgeAgain(telling.kept.get(number)!, outline, chapters) : await writeOnce(telling, chapters, number);
      chapters.push(chapter);
      yield { type: 'partial', value: { chapter } };
      yield { type: 'text-delta', text: renderChapter(chapter, telling) };
    }
  } catch (error) {
    throw withChapters(error, outline, chapters);
  }
  yield { type: 'progress', stage: 'writing', done: total, total };
  const written = chapters.reduce((sum, { count }) => sum + count, 0);
  const { min, max } = aroundTarget(frame.unit, frame.length);
  const lengthMet = written >= min && written <= max;
  const warnings = [...frame.warnings, ...listWarnings(chapters, request), ...(lengthMet ? [] : [`The story has ${written} ${frame.unit}; ${frame.length} were asked for.`])];
  return {
    status: warnings.length > frame.warnings.length ? 'flawed' : 'complete',
    title: outline.title,
    text: `# ${outline.title}${chapters.map((chapter) => renderChapter(chapter, telling)).join('')}`,
    chapters,
    bible: foldBible(outline, chapters),
    outline,
    count: { unit: frame.unit, asked: frame.length, written },
    lengthMet,
    language: frame.language,
    request,
    usage: { ...usage },
    warnings,
  };
}

async function writeOnce(telling: Telling, before: readonly StoryChapter[], number: number): Promise<StoryChapter> {
  const { model, request, frame, outline, note, version, store, signal } = telling;
  const wanted = shareOfLength(telling, before, number);
  const parts = { made: 'story chapter', version: VERSION, model: model.name, request, outline, number, wanted, note: note ?? '', draft: version, before };
  return remember(store, parts, () => writeChapter({ model, request, frame, outline, before, number, wanted, note, version, signal }), storyChapter);
}

/** What is left of the length, in equal parts: a chapter that came out long makes the next ones shorter. A rewritten chapter is as long as it was. */
function shareOfLength({ frame, outline, kept }: Telling, before: readonly StoryChapter[], number: number): number {
  const later = [...kept.values()].filter((chapter) => chapter.number > number).reduce((sum, { count }) => sum + count, 0);
  const spent = before.reduce((sum, { count }) => sum + count, 0);
  const left = outline.chapters.filter((_, index) => index + 1 >= number && !kept.has(index + 1)).length;
  const fair = frame.length / outline.chapters.length;
  return Math.round(Math.max(fair * 0.6, Math.min(fair * 1.4, (frame.length - later - spent) / left)));
}

/** A kept chapter may contradict what was rewritten before it. */
function judgeAgain(chapter: StoryChapter, outline: StoryOutline, before: readonly StoryChapter[]): StoryChapter {
  const planned = outline.chapters[chapter.number - 1]!;
  const contradictions = findContradictions(chapter.text, chapter.changes, planned, foldBible(outline, before));
  return { ...chapter, contradictions: contradictions.map(describeContradiction) };
}

function renderChapter({ number, title, text }: StoryChapter, { frame, outline }: Telling): string {
  return outline.chapters.length === 1 ? `\n\n${text}` : `\n\n## ${frame.wording.heading(number, title)}\n\n${text}`;
}

function listWarnings(chapters: readonly StoryChapter[], { characters }: StoryRequest): string[] {
  const text = chapters.map((chapter) => chapter.text).join('\n');
  const absent = characters.filter(({ name }) => !isMentioned(text, name));
  return [
    ...chapters.flatMap(({ number, warnings, contradictions }) => [...warnings, ...contradictions].map((warning) => `Chapter ${number}: ${warning}`)),
    ...absent.map(({ name }) => `"${name}" does not appear in the story.`),
  ];
}

/** What was finished is not lost with what failed. */
function withChapters(error: unknown, outline: StoryOutline, chapters: readonly StoryChapter[]): unknown {
  if (!isTaskError(error)) return error;
  const { code, message, details, retryable, usage } = error;
  return new TaskError(code, message, { details, retryable, partial: { outline, chapters }, cause: error.cause ?? error, ...(usage ? { usage } : {}) });
}

/** The chapter as one that is kept though its plan changed: which events it tells now. */
export function judgePoints(chapter: StoryChapter, outline: StoryOutline, unit: StoryFrame['unit']): StoryChapter {
  const planned = outline.chapters[chapter.number - 1]!;
  const check = createPointCheck(chapter.text, outline.characters.map(({ name }) => name));
  return { ...chapter, count: measureLength(chapter.text, unit), points: planned.mustHappen.map((text) => ({ text, covered: check.isCovered(text) })) };
}
