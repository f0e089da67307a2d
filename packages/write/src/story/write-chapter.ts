import { TaskError } from '@glm-tasks/core';
import { measureLength } from '@glm-tasks/task';
import { coverPoints } from './cover-points.ts';
import { endStory } from './end-story.ts';
import { describeContradiction, findContradictions, type Contradiction } from './find-contradictions.ts';
import { growText } from './grow-text.ts';
import { readChapter } from './read-chapter.ts';
import { startChapter, type ChapterJob } from './start-chapter.ts';
import { foldBible } from './story-bible.ts';
import type { StoryBible, StoryChapter } from './story-schema.ts';

/** A chapter of about the wanted length that tells its events. One that contradicts the chapters before is written once more; the better one stays. */
export async function writeChapter(job: ChapterJob): Promise<StoryChapter> {
  const bible = foldBible(job.outline, job.before);
  const first = await attemptChapter(job, bible, 0, []);
  if (first.contradictions.length === 0) return first.chapter;
  const second = await attemptChapter(job, bible, 1, first.contradictions);
  return second.contradictions.length < first.contradictions.length ? second.chapter : first.chapter;
}

async function attemptChapter(job: ChapterJob, bible: StoryBible, attempt: number, avoid: readonly Contradiction[]): Promise<{ chapter: StoryChapter; contradictions: Contradiction[] }> {
  const { model, frame, number, wanted, signal } = job;
  const writing = startChapter(job, bible, attempt, avoid.map(frame.wording.mind));
  const { planned, check } = writing;
  const { text: grown, isEnded } = await growText(writing);
  const isLast = number === job.outline.chapters.length;
  const { text, warnings } = await coverPoints(writing, isLast && !isEnded && grown !== '' ? await endStory(writing, grown) : grown);
  if (text === '') {
    const message = `write-story: "${model.name}" wrote nothing of use for chapter ${number} ("${planned.title}"): loops, another language, or the prompt itself. Try another seed or a larger model; chapters before it are in error.partial, and in the store where there is one.`;
    throw new TaskError('output_invalid', message, { details: { chapter: number } });
  }
  const { isCovered } = check(text);
  const { changes, warnings: unread } = await readChapter(model, text, planned, bible, frame, signal);
  const contradictions = findContradictions(text, changes, planned, bible);
  const count = measureLength(text, frame.unit);
  const isThin = count < wanted * 0.5 ? [`It has ${count} of about ${wanted} ${frame.unit}; the model found no more to tell.`] : [];
  const chapter: StoryChapter = {
    number,
    title: planned.title,
    text,
    count,
    points: planned.mustHappen.map((point) => ({ text: point, covered: isCovered(point) })),
    changes,
    contradictions: contradictions.map(describeContradiction),
    warnings: [...isThin, ...warnings, ...unread],
  };
  return { chapter, contradictions };
}
