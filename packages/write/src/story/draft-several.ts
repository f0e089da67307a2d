import type { Message } from '@glm-tasks/core';
import { chooseDraft } from './choose-draft.ts';
import { draftPassage, type Draft } from './draft-passage.ts';
import { cutProse } from './fit-length.ts';
import { restoreNames } from './restore-names.ts';
import { mixSeed } from './seeds.ts';
import type { Writing } from './start-chapter.ts';
import { ordersOf } from './story-wording.ts';

export interface DraftWish {
  /** What was asked and written before, and what is asked now. */
  turns: readonly Message[];
  /** The chapter so far. */
  text: string;
  /** Events the drafts are chosen by. */
  points: readonly string[];
  wanted: number;
  /** Names the call, for its seed. */
  call: string;
  /** After drafts that ran wild. */
  calm: boolean;
  /** A draft that is not of use is not chosen. */
  isUseful?: (text: string) => boolean;
}

/** Characters of the story that a draft, or a scene, is compared with: a reader who meets a phrase again after ten pages does not mind. */
export const REMEMBERED = 8_000;

/** Several versions, written side by side, and of the useful ones the best. */
export async function draftSeveral({ job, known, attempt, planned, story, names }: Writing, { turns, text, points, wanted, call, calm, isUseful }: DraftWish): Promise<Draft | undefined> {
  const { model, request, frame, number, version, signal } = job;
  const prompt: Message[] = [{ role: 'system', content: frame.wording.teller }, ...turns];
  const watch = {
    language: frame.language,
    orders: ordersOf(frame.wording),
    material: [planned.goal, ...planned.mustHappen, request.premise].join('\n'),
    marker: frame.marker,
    known: [...known, ...cutProse(text)],
  };
  const versions = Array.from({ length: Math.max(1, Math.min(request.drafts, model.slots)) }, (_, draft) =>
    draftPassage(model, { prompt, watch, unit: frame.unit, wanted, seed: mixSeed(request.seed, version, number, attempt, call, draft), calm, signal }),
  );
  const written = (await Promise.all(versions)).map((draft) => ({ ...draft, text: restoreNames(draft.text, planned.mustHappen, names) }));
  const drafts = written.filter((draft) => isUseful?.(draft.text) ?? true);
  return drafts.length === 0 ? undefined : chooseDraft(drafts, { points, names, before: `${story}\n\n${text}`.slice(-REMEMBERED), wanted, frame });
}

/** The end of a text, from the beginning of a sentence on where one is near. */
export function lastLines(text: string, most: number): string {
  if (text.length <= most) return text;
  const tail = text.slice(-most);
  const start = tail.search(/(?<=[.!?。！？…”"]\s*)[\p{L}“"「]/u);
  return start > 0 && start < most / 2 ? tail.slice(start) : tail;
}
