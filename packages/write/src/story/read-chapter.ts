import { isTaskError, type Message, type Model } from '@glm-tasks/core';
import { createSupportFinder, fence, isInLanguage, readLanguage, splitSentences } from '@glm-tasks/task';
import { z } from 'zod';
import { isMentioned } from './point-check.ts';
import type { StoryFrame } from './story-frame.ts';
import type { ChapterChanges, PlannedChapter, StoryBible } from './story-schema.ts';

const notes = z.object({
  summary: z.string().max(300),
  people: z.array(z.object({ name: z.string().max(60), alive: z.boolean(), place: z.string().max(60) })).max(6),
  facts: z.array(z.string().max(140)).max(3),
  opened: z.array(z.string().max(140)).max(2),
  answered: z.array(z.string().max(140)).max(3),
  when: z.string().max(40),
});

/** What says that somebody dies or is dead. */
const DEATH = /\b(?:dead|died|dies|dying|killed|kills|drowned|buried|corpse|funeral|last breath|passed away|body of|lifeless)\b|死|去世|逝世|过世|牺牲|遇难|身亡|葬|断了气|咽了气|停止了呼吸|尸|遗体/iu;

/**
 * What a chapter changes, noted by the model and held against the text by code: people who stand in it, places it names, deaths it tells, facts
 * it supports. The rest of a note is left out, because a wrong one would be told as true in every later chapter.
 */
export async function readChapter(model: Model, text: string, planned: PlannedChapter, bible: StoryBible, frame: StoryFrame, signal: AbortSignal | undefined): Promise<{ changes: ChapterChanges; warnings: string[] }> {
  const { wording, marker, language } = frame;
  const prompt: Message[] = [
    { role: 'system', content: wording.reader },
    { role: 'user', content: wording.read({ chapter: fence(text, marker), known: bible.characters.map(({ name }) => name), threads: bible.openThreads }) },
  ];
  try {
    const { object } = await model.generateObject(prompt, { schema: notes, maxTokens: 450, ...(signal ? { signal } : {}) });
    return { changes: keepSupported(object, text, planned, bible, language), warnings: [] };
  } catch (error) {
    // Notes are a help: without them the plan says what the chapter was about.
    if (!isTaskError(error) || !['output_invalid', 'context_overflow'].includes(error.code)) throw error;
    const changes = keepSupported({ summary: '', people: [], facts: [], opened: [], answered: [], when: '' }, text, planned, bible, language);
    return { changes, warnings: ['No notes could be taken on it, so later chapters know it by its plan only.'] };
  }
}

export function keepSupported(noted: z.output<typeof notes>, text: string, planned: PlannedChapter, bible: StoryBible, language: string): ChapterChanges {
  const find = createSupportFinder(text);
  const sentences = splitSentences(text);
  const isTold = (note: string) => note.trim() !== '' && isInLanguage(note, language) && find(note).supported;
  const nameOf = (name: string) => bible.characters.find((known) => known.name === name || known.name.startsWith(`${name} `))?.name ?? name;
  const people = noted.people
    .filter(({ name }) => name.trim() !== '' && isMentioned(text, name.trim()))
    .map(({ name, alive, place }) => ({
      name: nameOf(name.trim()),
      alive: alive || !sentences.some((sentence) => isMentioned(sentence, name.trim()) && DEATH.test(sentence)),
      place: text.toLowerCase().includes(place.trim().toLowerCase()) ? place.trim() : '',
    }));
  for (const { name } of bible.characters) {
    if (isMentioned(text, name) && !people.some((person) => person.name === name)) people.push({ name, alive: true, place: '' });
  }
  return {
    summary: isTold(noted.summary) ? splitSentences(noted.summary).slice(0, 2).join(isSpaced(language) ? ' ' : '') : planned.mustHappen.filter(isTold).join(' ') || planned.goal,
    people: people.filter(({ name }, index) => people.findIndex((person) => person.name === name) === index),
    facts: noted.facts.filter(isTold),
    opened: noted.opened.filter((question) => /[?？]\s*$/u.test(question) && isInLanguage(question, language)),
    closed: noted.answered.filter((question) => bible.openThreads.includes(question)),
    when: noted.when !== '' && noted.when.length <= 30 && !/[。.!?！？，]/u.test(noted.when) && text.includes(noted.when) ? noted.when : '',
  };
}

function isSpaced(tag: string): boolean {
  return !['zh', 'ja'].includes(readLanguage(tag).language);
}
