import type { Message, Model, Sampling } from '@glm-tasks/core';
import { findLoop, findTerms, isInLanguage, readLanguage, remember, splitSentences, type Store } from '@glm-tasks/task';
import { z } from 'zod';
import { normalizeProse } from './measure-repetition.ts';
import { isSameEvent } from './point-check.ts';
import { BOLD_PLANNING, PLANNING, mixSeed } from './seeds.ts';
import type { StoryFrame } from './story-frame.ts';
import type { StoryCharacter, StoryRequest } from './story-schema.ts';

export interface Planning {
  model: Model;
  request: StoryRequest;
  frame: StoryFrame;
  store?: Store | undefined;
  signal?: AbortSignal | undefined;
}

export interface StoryStart {
  title: string;
  characters: StoryCharacter[];
  /** How the story begins, in a sentence. */
  begins?: string;
}

/** To be raised with every change that makes another outline. */
export const PLAN_VERSION = 4;

export interface EventWish {
  start: StoryStart;
  /** The events before. */
  told: readonly string[];
  stem: string;
  /** Number of the call, for its seed. */
  index: number;
  direction: string | undefined;
}

/** Versions of a sentence to choose from, written side by side. */
const VERSIONS = 4;
/** Of the events so far, what a prompt shows. */
const SHOWN = 12;
export const MOST_LETTERS = 220;
const MOST_TOKENS = 56;

/** One event: of several ends of a sentence the one that says least of what was said. Nothing, where none is of use. */
export async function planEvent(planning: Planning, { start, told, stem, index, direction }: EventWish): Promise<string | undefined> {
  const { request, frame } = planning;
  const beginning = fillStem(stem, start, index);
  if (beginning === undefined) return undefined;
  const ask = frame.wording.event({ premise: frame.premise, genre: request.genre, tone: request.tone, people: start.characters.map(introduce), events: told.slice(-SHOWN), stem: beginning, direction });
  for (const sampling of [PLANNING, BOLD_PLANNING]) {
    const written = await draftLines(planning, ask, `event ${index}`, sampling, MOST_TOKENS);
    const events = written.map((line) => joinStem(beginning, line, start, frame.language)).map((event) => dropToldClauses(event, told));
    const useful = events.filter((event) => isEvent(event, frame.language) && !told.some((other) => isSameEvent(event, other)));
    if (useful.length > 0) return useful.toSorted((one, other) => shareTold(one, told) - shareTold(other, told))[0];
  }
  return undefined;
}

/** The title of a chapter; nothing, where the model finds none. */
export async function planTitle(planning: Planning, story: string, events: readonly string[], taken: readonly string[]): Promise<string | undefined> {
  const { frame } = planning;
  const written = await draftLines(planning, frame.wording.title(story, events), 'title', PLANNING, 24);
  const titles = written.map((line) => line.replace(/^(?:(?:chapter|title)(?:\s*\d+)?\s*[:：.-]|第.{1,4}章|标题[:：])\s*/iu, '').replace(/^[《"“*#\s]+|[》"”*。.\s]+$/gu, ''));
  return titles.find((title) => isTitle(title, frame.language) && !taken.includes(title));
}

/** Short, in the language of the story, no sentence. */
export function isTitle(title: string, tag: string): boolean {
  const isHan = /\p{Script=Han}/u.test(title);
  if (title === '' || /[。！？：:{}[\]]/u.test(title)) return false;
  if (readLanguage(tag).language === 'zh') return isHan && title.length <= 14 && !/[A-Za-z]/u.test(title);
  return title.length <= 60 && title.split(/\s+/u).length <= 8 && (readLanguage(tag).language === 'ja' || !isHan);
}

export function introduce({ name, role }: StoryCharacter): string {
  return role === '' ? name : `${name} (${role})`;
}

async function draftLines({ model, request, frame, store, signal }: Planning, ask: string, call: string, sampling: Sampling, maxTokens: number): Promise<string[]> {
  const prompt: Message[] = [
    { role: 'system', content: frame.wording.planner },
    { role: 'user', content: ask },
  ];
  const seeds = Array.from({ length: Math.min(VERSIONS, model.slots) }, (_, version) => mixSeed(request.seed, call, sampling.temperature ?? 0, version));
  const parts = { made: 'story plan', version: PLAN_VERSION, model: model.name, prompt, seeds, maxTokens };
  const write = async (seed: number) => {
    const { text, finishReason } = await model.generate(prompt, { ...sampling, seed, maxTokens, ...(signal ? { signal } : {}) });
    const [line = ''] = text.trim().split('\n');
    // What the limit cut is no sentence.
    return finishReason === 'length' && line === text.trim() && !/[.!?。！？”"]$/u.test(line) ? '' : line;
  };
  return remember(store, parts, () => Promise.all(seeds.map(write)), z.array(z.string()));
}

/** Nothing, where it needs a second person and there is none. */
function fillStem(stem: string, { characters }: StoryStart, index: number): string | undefined {
  const [hero, ...others] = characters.map(({ name }) => name);
  if (hero === undefined) return stem.replaceAll(/\{[AB]\}/gu, '').trim();
  const alone = others.length === 0 ? stem.replace(/和\{B\}| and \{B\}/u, '') : stem;
  if (others.length === 0 && alone.includes('{B}')) return undefined;
  return alone.replaceAll('{A}', hero).replaceAll('{B}', others[index % others.length] ?? '');
}

/** Models write the whole sentence, or what was missing of it. */
function joinStem(stem: string, written: string, { characters }: StoryStart, tag: string): string {
  const line = written.replace(/^\s*(?:\d+[.、)：:]|[-*])\s*/u, '').replace(/^(?:the next sentence(?: begins| is)?|下一句(?:话)?是)\s*[:：]\s*/iu, '').replace(/^["“]|["”]$/gu, '').replace(/^(?:…+|\.{3,})\s*/u, '');
  const [sentence = ''] = splitSentences(line);
  const text = sentence.trim();
  if (text === '') return '';
  const { language } = readLanguage(tag);
  const namesSomebody = characters.some(({ name }) => text.slice(0, name.length + 12).includes(name.split(' ')[0]!)) || text.startsWith(stem.slice(0, 2));
  // “夜里，有人” and “有人敲门”: what both have stands once.
  const overlap = Array.from({ length: stem.length }, (_, index) => stem.slice(index)).find((end) => text.startsWith(end)) ?? '';
  if (language === 'zh') return namesSomebody || /^[他她]/u.test(text) ? text : stem + text.slice(overlap.length).replace(/^[，,]/u, '');
  const goesOn = /^\p{Ll}/u.test(text);
  return language === 'en' && goesOn ? `${stem} ${text}` : text;
}

/** "…, with his own name in it": a clause that an event before has says nothing. */
export function dropToldClauses(event: string, told: readonly string[]): string {
  const before = told.map(normalizeProse);
  const clauses = event.split(/(?<=[，,；;])/u);
  const isOld = (clause: string) => normalizeProse(clause).length > 5 && before.some((other) => other.includes(normalizeProse(clause)));
  const fresh = clauses.filter((clause, index) => index === 0 || !isOld(clause)).join('').trim();
  return fresh.replace(/[，,；;]$/u, /\p{Script=Han}/u.test(fresh) ? '。' : '.');
}

/** A sentence of some words, in the language of the story: no loop, no code, no question to the writer. */
export function isEvent(event: string, language: string): boolean {
  const words = event.match(/\p{Script=Han}|[\p{L}\p{N}'’-]+/gu)?.length ?? 0;
  return words >= 4 && event.length <= MOST_LETTERS && !/[_{}[\]<>\\]|\.\.\.|……/u.test(event) && findLoop(event) === undefined && isInLanguage(event, language);
}

export function shareTold(event: string, told: readonly string[]): number {
  const before = new Set(told.flatMap((other) => [...findTerms(other)]));
  const terms = [...findTerms(event)];
  return terms.length === 0 ? 1 : terms.filter((term) => before.has(term)).length / terms.length;
}
