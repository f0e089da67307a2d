import type { Model } from '@glm-tasks/core';
import type { LengthTarget } from '@glm-tasks/task';
import { cutProse } from './fit-length.ts';
import { introduce } from './plan-event.ts';
import { createPointCheck, isMentioned, type PointCheck } from './point-check.ts';
import { tellSoFar } from './story-bible.ts';
import type { StoryFrame } from './story-frame.ts';
import type { PlannedChapter, StoryBible, StoryChapter, StoryOutline, StoryRequest } from './story-schema.ts';
import type { ChapterAsk } from './story-wording.ts';

export interface ChapterJob {
  model: Model;
  request: StoryRequest;
  frame: StoryFrame;
  outline: StoryOutline;
  /** The chapters before this one. */
  before: readonly StoryChapter[];
  number: number;
  /** Length of this chapter. */
  wanted: number;
  /** What the caller wants of this chapter, or of this version of it. */
  note?: string | undefined;
  /** Another number writes another version. */
  version: number;
  signal?: AbortSignal | undefined;
}

/** What all calls for one chapter have in common. */
export interface Writing {
  job: ChapterJob;
  planned: PlannedChapter;
  target: LengthTarget;
  names: readonly string[];
  /** Names the caller wants that no chapter before has. */
  due: readonly string[];
  ask: ChapterAsk;
  /** Text of the chapters before. */
  story: string;
  /** Its newest sentences. */
  known: readonly string[];
  /** Characters of the last lines that a prompt shows, and of the scenes of a chapter that stay in the conversation. */
  shownEnding: number;
  shownScenes: number;
  attempt: number;
  check(text: string): PointCheck;
}

/** A chapter is written to be this near to its length; all chapters together then are within 15 %. */
const SLACK = 0.1;
/** Characters of the story so far, of its last lines and of the scenes before that a prompt shows; half of it where the context is small. */
const SHOWN = { soFar: 900, ending: 500, scenes: 2_000 };
const SMALL_CONTEXT = 2_048;
/** Sentences a new one is compared with: a reader who meets one again after thirty pages does not mind. */
const REMEMBERED = 600;

/** @param avoid what was wrong with a first version, for the model */
export function startChapter(job: ChapterJob, bible: StoryBible, attempt: number, avoid: readonly string[]): Writing {
  const { model, request, frame, outline, before, number, wanted, note } = job;
  const planned = outline.chapters[number - 1]!;
  const story = before.map(({ text }) => text).join('\n\n');
  const share = model.contextLength < SMALL_CONTEXT ? 0.5 : 1;
  const names = outline.characters.map(({ name }) => name);
  return {
    job,
    planned,
    attempt,
    story,
    names,
    target: { unit: frame.unit, min: Math.max(1, Math.ceil(wanted * (1 - SLACK))), max: Math.max(1, Math.floor(wanted * (1 + SLACK))) },
    due: request.characters.map(({ name }) => name).filter((name) => planned.cast.includes(name) && !isMentioned(story, name)),
    known: cutProse(story).slice(-REMEMBERED),
    shownEnding: SHOWN.ending * share,
    shownScenes: SHOWN.scenes * share,
    check: checkLast(names),
    ask: {
      story: outline.title,
      people: choosePeople(bible, planned).map(introduce),
      // A small model that reads it again tells it again.
      premise: frame.showsPremise && number === 1 ? frame.premise : undefined,
      genre: request.genre,
      tone: request.tone,
      soFar: tellSoFar(bible, SHOWN.soFar * share),
      number,
      chapters: outline.chapters.length,
      title: planned.title,
      place: planned.place,
      avoid: note === undefined ? avoid : [...avoid, note],
    },
  };
}

/** A text is asked about several times in a row, and reading it is what costs. */
function checkLast(names: readonly string[]): Writing['check'] {
  let last: { text: string; check: PointCheck } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, check: createPointCheck(text || '-', names) };
    return last.check;
  };
}

/** Of a large cast those of the chapter; nobody who is dead, unless the plan has them. */
function choosePeople({ characters }: StoryBible, { cast, mustHappen }: PlannedChapter): StoryBible['characters'] {
  const isPlanned = (name: string) => cast.includes(name) || mustHappen.some((event) => event.includes(name));
  const living = characters.filter(({ name, alive }) => alive || isPlanned(name));
  return living.length <= 6 ? living : living.filter(({ name }) => isPlanned(name));
}
