import { isTaskError } from '@glm-tasks/core';
import { buildPrompt, detectLanguage, findFacts, isInLanguage, mapChunks, readLanguage, remember, type TaskEvent } from '@glm-tasks/task';
import { z } from 'zod';
import { inScript } from './in-script.ts';
import { FIELDS, type NewsFact } from './news-fact.ts';
import { chooseNewsWording } from './prompts.ts';
import type { Unused } from './schema.ts';
import type { Writing } from './write-paragraph.ts';

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

const VERSION = 1;
const form = z.object({ translation: z.string().min(1).max(800) });

/**
 * Facts in another language than the report are translated first, text by text, so that all that follows is in one language. A translation must
 * have the numbers and dates of its text, and no others; a text that is a name in Latin letters stays. A fact that cannot be translated so is
 * left out. Quotations stay in the words that were spoken.
 */
export async function* translateFacts(facts: readonly NewsFact[], writing: Writing, warnings: string[]): Steps<{ facts: NewsFact[]; unused: Unused[] }> {
  const { language, model, signal } = writing;
  const texts = [...new Set(facts.flatMap((fact) => [...FIELDS.map((field) => fact[field]), fact.statement, fact.quote?.speaker]).filter((text) => text !== undefined && needsTranslation(text, language)))] as string[];
  if (texts.length === 0) return { facts: [...facts], unused: [] };
  const translations = new Map<string, string | undefined>();
  const mapped = mapChunks(texts, (text, signal) => translateText(text, { ...writing, signal }), { concurrency: model.slots, signal });
  for (let step = await mapped.next(); !step.done; step = await mapped.next()) {
    const { index, value, done, total } = step.value;
    translations.set(texts[index] as string, value);
    yield { type: 'progress', stage: 'translating facts', done, total };
  }
  const kept: NewsFact[] = [];
  const unused: Unused[] = [];
  for (const fact of facts) {
    const translated = apply(fact, translations);
    if (translated) kept.push(translated);
    else unused.push({ id: fact.id, reason: 'translation' });
  }
  const names = [...new Set(kept.length === 0 ? [] : facts.flatMap(({ who, where, quote }) => [who, where, quote?.speaker]))].filter((name) => name !== undefined && translations.get(name) !== undefined);
  if (names.length > 0) warnings.push(`Names as the model translated them: ${names.map((name) => `${name} = ${translations.get(name as string)}`).join('; ')}.`);
  if (kept.some(({ quote }) => quote?.speaker !== undefined && !isInLanguage(quote.text, language))) warnings.push(`Quotations stand in the language they were given in, not in the one asked for (${language}): they are verbatim.`);
  if (unused.length > 0) warnings.push(`${unused.length} of ${facts.length} facts could not be translated without changing their numbers or language, and are left out: ${unused.map(({ id }) => id).join(', ')}.`);
  return { facts: kept, unused };
}

function apply(fact: NewsFact, translations: ReadonlyMap<string, string | undefined>): NewsFact | undefined {
  const translated: NewsFact = { ...fact };
  for (const field of [...FIELDS, 'statement'] as const) {
    const text = fact[field];
    if (text === undefined || !translations.has(text)) continue;
    const target = translations.get(text);
    if (target === undefined) return undefined;
    translated[field] = target;
  }
  const speaker = fact.quote?.speaker;
  if (fact.quote && speaker !== undefined && translations.has(speaker)) translated.quote = { ...fact.quote, speaker: translations.get(speaker) ?? speaker };
  return translated;
}

/** Digits, dates and names in Latin letters are the same everywhere; what is in the language already too. */
function needsTranslation(text: string, language: string): boolean {
  if (!/\p{L}/u.test(text)) return false;
  const isHan = /\p{Script=Han}/u.test(text);
  const wanted = readLanguage(language).language;
  const [fact] = findFacts(`of ${text}`).filter(({ kind, text: found }) => kind === 'date' && found.length >= text.length - 1);
  if (fact) return false;
  if (wanted === 'zh') return !isHan && !isName(text);
  if (isHan) return wanted !== 'ja';
  return text.length > 40 && detectLanguage(text) !== wanted && !isInLanguage(text, language);
}

function isName(text: string): boolean {
  const bare = text.replace(/^the /i, '');
  return findFacts(`of ${bare}`).some(({ kind, text: found }) => kind === 'name' && found.length >= bare.length - 2);
}

async function translateText(text: string, { model, language, marker, store, signal }: Writing): Promise<string | undefined> {
  for (const wording of [chooseNewsWording(language), chooseNewsWording('en')]) {
    const asked = { system: wording.translator, document: text, instruction: wording.translate(language) };
    const ask = async () => (await model.generateObject(buildPrompt({ ...asked, marker }), { schema: form, maxTokens: 400, ...(signal ? { signal } : {}) })).object;
    try {
      const { translation } = await remember(store, { made: 'news fact translation', version: VERSION, model: model.name, ...asked }, ask, form);
      const target = await inScript(translation.trim().replace(/[.。]$/u, /[.。]$/u.test(text) ? '$&' : ''), language);
      if (isInLanguage(target, language) && !isHalf(target, text, language) && target !== text && listValues(target) === listValues(text)) return target;
    } catch (error) {
      if (!isTaskError(error) || error.code !== 'output_invalid') throw error;
    }
  }
  return undefined;
}

/** 城市 council: a word of the text that is no name was left as it was. */
function isHalf(target: string, text: string, language: string): boolean {
  const words = readLanguage(language).language === 'zh' ? (target.match(/(?<![a-zA-Z])[a-z]{3,}(?![a-zA-Z])/gu) ?? []) : [];
  return words.some((word) => text.includes(word));
}

function listValues(text: string): string {
  return findFacts(text).filter(({ kind }) => kind !== 'name').map(({ value }) => value).toSorted().join();
}
