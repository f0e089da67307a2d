import type { Message } from '@glm-tasks/core';
import { chunkText, defineTask, detectLanguage, findFacts, mapChunks, neutralize, readLanguage, type TaskContext, type TaskRun } from '@glm-tasks/task';
import { z } from 'zod';
import { checkTranslation, isFatal, isNameLike } from './check-translation.ts';
import { cleanAnswer } from './clean-answer.ts';
import { findWritings } from './glossary.ts';
import { nameLanguage } from './languages.ts';
import { language } from './schema.ts';

const input = z.object({
  text: z.string('give the text to read').refine((text) => /\p{L}/u.test(text), 'there is no word in it').describe('the text to read'),
  to: language.describe('language of the proposed translations, such as zh or en'),
  from: language.optional().describe('language of the text; without it, told by the text'),
  /** How often a term must occur to be worth a place. */
  times: z.number().int().min(1).max(1_000).default(2).describe('how often a term must occur'),
  most: z.number().int('give a whole number').min(1).max(1_000).default(50).describe('terms at most, the most frequent'),
});

const output = z.object({
  /** The most frequent first; ready to be looked through and handed to `translate` as its glossary. */
  terms: z.array(z.object({ source: z.string(), target: z.string().optional(), keep: z.boolean().optional(), count: z.number() })),
  from: z.string(),
  to: z.string(),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), cachedTokens: z.number(), calls: z.number() }),
});

const CHUNK_TOKENS = 700;
const LIST_TOKENS = 200;
const TERM_TOKENS = 40;
/** Longer ones are clauses. */
const LONGEST = { words: 5, ideographs: 10 };

/**
 * Proposes a glossary for a document: names and terms that occur several times, each with a translation to look at. The model reads the text and
 * names them, rules add capitalised names; what the text does not have word for word is dropped. Names that stay as they are say `keep`.
 *
 * @example
 * const { terms } = await extractTerms({ text, to: 'zh' }, { model });
 * await translate({ text, to: 'zh', glossary: terms }, { model });
 */
export const extractTerms = defineTask({
  name: 'extract-terms',
  description: 'Propose a glossary for a document: names and terms that occur several times, with their translations',
  input,
  output,
  async *run({ text, to, from = detectLanguage(text), times, most }, { model, signal, usage }: TaskContext<TaskRun>) {
    const options = signal ? { signal } : {};
    const chunks = await chunkText(text, { model, maxTokens: CHUNK_TOKENS, signal });
    const isChinese = readLanguage(from).language === 'zh';
    const listing = mapChunks(chunks, async (chunk, signal) => (await model.generate(askForTerms(chunk.text, isChinese), { maxTokens: LIST_TOKENS, signal })).text, { concurrency: model.slots, signal });
    const lists: string[] = [];
    for (let step = await listing.next(); !step.done; step = await listing.next()) {
      const { value, done, total } = step.value;
      lists.push(value);
      yield { type: 'progress', stage: 'reading', done, total };
    }
    const named = findFacts(text).filter(({ kind }) => kind === 'name').map((fact) => fact.text.replace(/[《》]/g, ''));
    const found = countTerms([...named, ...lists.toSorted().flatMap(readList)], text).filter(({ count }) => count >= times).slice(0, most);
    const translating = mapChunks(found, async ({ source }, signal) => translateTerm(source, sentenceWith(source, text), signal), { concurrency: model.slots, signal });
    const targets: { target?: string; keep?: boolean }[] = [];
    for (let step = await translating.next(); !step.done; step = await translating.next()) {
      const { index, value, done, total } = step.value;
      targets[index] = value;
      yield { type: 'progress', stage: 'translating', done, total };
    }
    const terms = found.map((term, index) => ({ source: term.source, ...targets[index], count: term.count })).filter(({ target, keep }) => target !== undefined || keep);
    return { terms, from, to, usage: { ...usage } };

    async function translateTerm(source: string, sentence: string, signal: AbortSignal): Promise<{ target?: string; keep?: boolean }> {
      const generated = await model.generate(askForTranslation(source, sentence, from, to), { ...options, maxTokens: TERM_TOKENS, signal });
      const target = cleanAnswer(generated.text.trim().split('\n')[0] ?? '', source).replace(/[。.；;，,]$/u, '');
      const problems = checkTranslation(target, { source, from, to, terms: [], instructions: '' });
      if (target.toLowerCase() === source.toLowerCase() && isNameLike(source)) return { keep: true };
      return isFatal(problems) || generated.finishReason === 'length' ? {} : { target };
    }
  },
});

function askForTerms(text: string, isChinese: boolean): Message[] {
  const [system, order] = isChinese
    ? ['你从文章里找出术语。', '列出上文中的人名、地名、机构名、产品名和专业术语，每行一个，照原文的写法，不要解释。']
    : ['You find the terms of a text.', 'List the names of people, places, organisations and products and the technical terms in the text above, one a line, as they are written there, without explanation.'];
  return [{ role: 'system', content: system }, { role: 'user', content: `${neutralize(text)}\n\n${order}` }];
}

function askForTranslation(term: string, sentence: string, from: string, to: string): Message[] {
  const isChinese = [from, to].some((tag) => readLanguage(tag).language === 'zh');
  const content = isChinese
    ? `${neutralize(sentence)}\n参考上面的信息，把下面的术语翻译成${nameLanguage(to, 'zh')}，只输出译名：\n\n${neutralize(term)}`
    : `${neutralize(sentence)}\nWith this in mind, translate the following term into ${nameLanguage(to, 'en')}. Output only the translation.\n\n${neutralize(term)}`;
  return [{ role: 'user', content }];
}

function readList(answer: string): string[] {
  const lines = answer.split(/\n|、|(?<=\p{Script=Han})[,，]/u);
  return lines.map((line) => line.replace(/^[\s\-*•·\d.)、]+|[\s。.,，;；]+$/gu, '').replace(/^["'“「《]|["'”」》]$/gu, '').trim());
}

/** Terms that the text has, in the writing it has most, the most frequent first; of one inside another only what occurs alone too. */
function countTerms(candidates: readonly string[], text: string): { source: string; count: number }[] {
  const counts = new Map<string, { source: string; count: number }>();
  for (const source of candidates) {
    const isShort = /\p{Script=Han}/u.test(source) ? source.length <= LONGEST.ideographs && source.length > 1 : source.split(/\s+/u).length <= LONGEST.words && source.length > 1;
    if (!isShort || !/\p{L}/u.test(source) || counts.has(source.toLowerCase())) continue;
    const term = { source, caseSensitive: false };
    const writings = findWritings(text, term).map((writing) => ({ source: writing, count: text.split(writing).length - 1 }));
    const [usual] = writings.toSorted((a, b) => b.count - a.count);
    if (usual) counts.set(source.toLowerCase(), { source: usual.source, count: writings.reduce((sum, { count }) => sum + count, 0) });
  }
  const all = [...counts.values()].sort((a, b) => b.count - a.count || b.source.length - a.source.length);
  return all.filter(({ source, count }) => !all.some((other) => other.source !== source && other.source.includes(source) && other.count >= count));
}

/** Where a term first stands, for its sense. */
function sentenceWith(term: string, text: string): string {
  const at = text.indexOf(term);
  const start = Math.max(text.lastIndexOf('\n', at), text.lastIndexOf('。', at), text.lastIndexOf('. ', at)) + 1;
  const end = /[。\n]|[.!?]\s/u.exec(text.slice(at))?.index ?? text.length;
  return text.slice(Math.max(start, at - 200), Math.min(at + end + 1, at + 200)).trim();
}
