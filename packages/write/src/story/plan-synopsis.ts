import type { Message } from '@glm-tasks/core';
import { findTerms, readLanguage, remember, splitSentences } from '@glm-tasks/task';
import { z } from 'zod';
import { dropToldClauses, introduce, isEvent, MOST_LETTERS, PLAN_VERSION, shareTold, type Planning, type StoryStart } from './plan-event.ts';
import { isMentioned, isSameEvent } from './point-check.ts';
import { SYNOPSIS, mixSeed } from './seeds.ts';

export interface SynopsisWish {
  start: StoryStart;
  /** The events before, oldest first. */
  told: readonly string[];
  /** Events wanted. */
  count: number;
  /** Whether the story ends with them. */
  isEnding: boolean;
  direction: string | undefined;
}

/** Versions to choose from, written side by side. */
const VERSIONS = 6;
/** Share of the words of an event that stood in earlier ones, from which on it says nothing new. */
const OLD = 0.75;
/** New words that make an event worth telling. */
const NEW = 5;
/** Of 4 at most. Plans below broke off or said one thing three times; events that are planned one by one make a better story then. */
const GOOD = 2.5;
/** Of the events before, what a prompt shows. */
const SHOWN = 12;
/** A sentence of a plan, with its number. */
const TOKENS = 38;
/** Sentences more than were asked for that a version may have: what comes then is a list that does not end. */
const SPARE = 2;

/** What says that something will happen, and not what: "She decides to investigate further." */
const VAGUE = /\b(?:decid|continu|investigat|explor|realiz|realis|wonder|suspect|determin|learn|further)\w*\b|决定|继续|进一步|意识到|感到|明白|调查|探索|寻找/iu;

/** Says of a story what it does, and tells nothing: "The story ends with everyone happy." */
const ABOUT_THE_STORY = /\b(?:the|this|our) (?:story|chapter|tale)\b|(?:这个|整个|本)?故事(?:到此|就此|在此|以|最后|结束)|谜底揭开/iu;

/**
 * How a story goes, or goes on, in so many sentences: of several versions written in one go, the one that has most events of use, says
 * something new in each, has the people of the story in it and comes to an end. It may have fewer events than were wanted, or none.
 */
export async function planSynopsis(planning: Planning, wish: SynopsisWish): Promise<string[]> {
  const written = await draftSynopses(planning, wish);
  const plans = written.map((text) => readSynopsis(text, planning, wish));
  const scores = plans.map((plan) => scoreSynopsis(plan, planning, wish));
  const best = Math.max(...scores);
  return best >= GOOD ? plans[scores.indexOf(best)]! : [];
}

async function draftSynopses({ model, request, frame, store, signal }: Planning, { start, told, count, isEnding, direction }: SynopsisWish): Promise<string[]> {
  const ask = frame.wording.synopsis({ premise: frame.premise, genre: request.genre, tone: request.tone, people: start.characters.map(introduce), events: told.slice(-SHOWN), count, isEnding, direction });
  const prompt: Message[] = [
    { role: 'system', content: frame.wording.planner },
    { role: 'user', content: ask },
  ];
  const seeds = Array.from({ length: Math.min(VERSIONS, model.slots) }, (_, version) => mixSeed(request.seed, 'synopsis', told.length, version));
  const maxTokens = 20 + count * TOKENS;
  const parts = { made: 'story plan', version: PLAN_VERSION, model: model.name, prompt, seeds, maxTokens };
  const write = async (seed: number) => {
    let text = '';
    for await (const part of model.stream(prompt, { ...SYNOPSIS, seed, maxTokens, ...(signal ? { signal } : {}) })) {
      if (part.type === 'text-delta') text += part.text;
      // Lists of small models often know no end; and what a limit cut is no sentence.
      if (countLines(text) > count + SPARE || (part.type === 'end' && part.finishReason === 'length')) return text.slice(0, text.lastIndexOf('\n') + 1);
    }
    return text;
  };
  return remember(store, parts, () => Promise.all(seeds.map(write)), z.array(z.string()));
}

/** The events of a version: whole sentences with somebody in them, each of them new. */
export function readSynopsis(text: string, { frame }: Planning, { start, told, count }: SynopsisWish): string[] {
  const events: string[] = [];
  let subject = start.characters[0]?.name;
  for (const line of linesOf(text)) {
    const named = nameSubject(line, subject, frame.language);
    subject = start.characters.find(({ name }) => named.startsWith(name.split(' ')[0]!))?.name ?? subject;
    const before = [...told, ...events];
    const event = dropToldClauses(named, before);
    if (isEvent(event, frame.language) && !ABOUT_THE_STORY.test(event) && shareTold(event, before) < OLD && !before.some((other) => isSameEvent(event, other))) events.push(event);
  }
  // One sentence too many is still an end; a list that does not stop is none.
  return events.length > count && events.length <= count + SPARE ? [...events.slice(0, count - 1), events.at(-1)!] : events.slice(0, count);
}

/** "3.", "Sentence 3:", “序号3：”, “结局：” */
const LABEL = /^[\s*]*(?:(?:sentence|序号|第)?\s*\d+\s*(?:句\s*)?[.、)）：:]|[-•]|(?:the end|ending|结局|结束|结果|最后一句)\s*[：:])\s*/iu;

function countLines(text: string): number {
  return text.split(/\n+/u).filter((line) => line.trim() !== '').length;
}

function linesOf(text: string): string[] {
  const lines = text.trim().split(/\n+/u).map((line) => line.replace(LABEL, '').replace(/\*\*/gu, '').trim());
  const sentences = lines.length === 1 ? splitSentences(lines[0]!) : lines;
  return sentences.map((sentence) => (sentence.length <= MOST_LETTERS ? sentence : (splitSentences(sentence)[0] ?? ''))).map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
}

/** "He opens it" is told by itself later on, and nobody would know who does. */
function nameSubject(sentence: string, subject: string | undefined, tag: string): string {
  if (subject === undefined) return sentence;
  return readLanguage(tag).language === 'zh' ? sentence.replace(/^[他她](?!们|的)/u, subject) : sentence.replace(/^(?:He|She)(?= [a-z])/u, subject);
}

/** Events that are there count most, then that they are new and say what happens; weights by reading the plans of ten ideas in the order they gave. */
function scoreSynopsis(events: readonly string[], { frame, request }: Planning, { start, told, count, isEnding }: SynopsisWish): number {
  if (events.length === 0) return -10;
  const fresh = mean(events.map((event, index) => Math.min(1, countNew(event, [...told, ...events.slice(0, index)]) / NEW)));
  const vague = mean(events.map((event) => (VAGUE.test(event) ? 1 : 0)));
  const text = events.join('\n');
  const wanted = request.characters.length > 0 ? request.characters : start.characters.slice(0, 2);
  const people = mean(wanted.map(({ name }) => (isMentioned(text, name) ? 1 : 0)));
  const idea = [...findTerms(frame.idea)];
  const terms = new Set(findTerms(text));
  const kept = mean(idea.map((term) => (terms.has(term) ? 1 : 0)));
  return 2 * (events.length / count) + fresh - 0.8 * vague + 0.5 * people + 0.5 * kept - (isEnding && VAGUE.test(events.at(-1)!) ? 0.5 : 0);
}

function countNew(event: string, before: readonly string[]): number {
  const known = new Set(before.flatMap((other) => [...findTerms(other)]));
  return [...findTerms(event)].filter((term) => !known.has(term)).length;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
