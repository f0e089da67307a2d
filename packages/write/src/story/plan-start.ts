import { TaskError, type Message, type Sampling } from '@glm-tasks/core';
import { isInLanguage, readLanguage, remember, splitSentences } from '@glm-tasks/task';
import { z } from 'zod';
import { namePeople } from './name-people.ts';
import { PLAN_VERSION, introduce, isTitle, planTitle, type Planning, type StoryStart } from './plan-event.ts';
import { isSameName } from './point-check.ts';
import { PLANNING, mixSeed } from './seeds.ts';
import type { StoryFrame } from './story-frame.ts';

/** The first sentence of an idea begins the story, up to this many letters. */
const OPENING = { dense: 90, spaced: 220 };

/** What stands before anything happens: the title, the people, and how the story begins. */
export async function planStart(planning: Planning): Promise<StoryStart> {
  const { request, frame } = planning;
  const { wording, language, chapters, premise } = frame;
  const asked = request.characters;
  const text = limitsOf(language);
  const schema = z.object({
    title: text(60),
    people: z.array(z.object({ name: text(40), who: text(60) })).min(2).max(Math.max(3, Math.min(12, asked.length + 3))),
    begins: text(200),
  });
  const prompt: Message[] = [
    { role: 'system', content: wording.planner },
    { role: 'user', content: wording.frame({ premise, genre: request.genre, tone: request.tone, people: asked.map(introduce), chapters }) },
  ];
  const { title: called, people, begins } = await askInLanguage(planning, 'start', PLANNING, prompt, schema, 480, (object) => [object.title, object.begins, ...object.people.map(({ who }) => who)].join('\n'));
  const own = people.filter(({ name }) => !asked.some((given) => isSameName(given.name, name))).map(({ name, who }) => ({ name: cleanName(name), role: cleanRole(who, language) }));
  const given = asked.map((character) => ({ ...character, role: character.role || cleanRole(people.find(({ name }) => isSameName(character.name, name))?.who ?? '', language) }));
  const invented = own.filter(({ name }) => name !== '');
  const named = namePeople(invented, { idea: frame.idea, language, seed: request.seed, taken: asked.map(({ name }) => name) });
  const opening = chooseOpening(frame, invented.reduce((text, { name }, index) => text.replaceAll(name, named[index]!.name), begins));
  const title = isTitle(called, language) ? called : ((await planTitle(planning, called, [opening], [])) ?? called);
  return { title: title.replace(/^[《"“]|[》"”]$/gu, ''), characters: [...given, ...named], begins: opening };
}

/** The idea in the words of the caller, where it is short and in the language of the story. */
function chooseOpening({ idea, showsPremise, language }: StoryFrame, begins: string): string {
  const [first = ''] = splitSentences(idea);
  return showsPremise && first.length <= (isDense(language) ? OPENING.dense : OPENING.spaced) ? first.trim() : begins;
}

/** "Mara (the keeper)" is Mara; pieces of JSON, sentences and words of two scripts are nobody. */
function cleanName(written: string): string {
  const name = written.replace(/[（(].*$/u, '').replace(/^["“《]|["”》]$/gu, '').trim();
  const isMixed = /\p{Script=Han}/u.test(name) && /\p{Script=Latin}/u.test(name);
  return isMixed || name.length > 40 || /[^\p{L}\p{M}\s.'’·-]/u.test(name) ? '' : name;
}

/** A role in another language would be told in the story as it stands. */
function cleanRole(written: string, tag: string): string {
  const isHan = /\p{Script=Han}/u.test(written);
  return readLanguage(tag).language === 'zh' ? (isHan && !/[A-Za-z]/u.test(written) ? written : '') : isHan && readLanguage(tag).language !== 'ja' ? '' : written;
}

/** A character of Chinese says as much as three of an alphabet. */
function limitsOf(tag: string): (letters: number) => z.ZodString {
  return (letters) => z.string().min(1).max(isDense(tag) ? Math.ceil(letters / 2.5) : letters);
}

function isDense(tag: string): boolean {
  return ['zh', 'ja', 'ko'].includes(readLanguage(tag).language);
}

/** An object whose texts are in the language of the story; asked for again with another seed, and then taken or refused as it is. */
async function askInLanguage<S extends z.ZodType<object>>(planning: Planning, what: string, sampling: Sampling, prompt: Message[], schema: S, maxTokens: number, textOf: (object: z.output<S>) => string): Promise<z.output<S>> {
  const { model, request, frame, store, signal } = planning;
  const ask = async (attempt: number): Promise<z.output<S>> => {
    const seed = mixSeed(request.seed, what, attempt);
    const parts = { made: 'story plan', version: PLAN_VERSION, model: model.name, prompt, seed, maxTokens };
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
