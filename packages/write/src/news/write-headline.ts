import { buildPrompt, findFacts, findTerms, generateGuarded, lastOf, measureLength, readLanguage, splitSentences } from '@glm-tasks/task';
import { createSentenceCheck } from './check-sentence.ts';
import { isChinese } from './house-style.ts';
import { inScript } from './in-script.ts';
import type { NewsFact } from './news-fact.ts';
import { stateFact, stateFacts } from './state-facts.ts';
import type { Writing } from './write-paragraph.ts';
import { writeDates } from './write-date.ts';

/** 滨江区启用新馆，市图书馆启用新馆 */
const REPEATS = /(\p{Script=Han}{3,}).*\1|(\p{L}[\p{L} ]{10,}).*\2/u;

/** The model's headline, if the facts of the first paragraph bear it out in at most two attempts; else the first fact as a phrase. */
export async function writeHeadline(facts: readonly NewsFact[], writing: Writing): Promise<string> {
  const { model, wording, language, style, year, marker, store, signal } = writing;
  const { unit, most } = style.headline;
  const statements = stateFacts(facts, language).map(({ text }) => text);
  const document = statements.join('\n');
  const limit = unit === 'words' || isChinese(language) ? most : Math.floor(most / 4);
  const instruction = wording.headline(limit);
  const check = createSentenceCheck(statements, [], language);
  for (const order of [instruction, `${instruction} ${wording.shorter(limit)}`]) {
    const prompt = () => buildPrompt({ system: wording.system, document, marker, instruction: order });
    const guards = { marker, document, instructions: [wording.system, instruction].join('\n'), language: readLanguage(language).language };
    const { text, failure } = await lastOf(generateGuarded(model, { prompt, guards, maxTokens: 60, store, signal }));
    if (failure !== undefined) continue;
    const headline = tidy(writeDates(await inScript(text, language), style, year), document);
    if (headline !== undefined && measureLength(headline, unit) <= most && measureLength(headline, unit) >= 3 && splitSentences(headline).length === 1 && !REPEATS.test(headline) && !check(`${headline}${isChinese(language) ? '。' : '.'}`)) return headline;
  }
  return phrase(writing.lead, unit, most, language);
}

/** One line without its full stop, in sentence case; undefined where capitals may hide a name that the facts do not have. */
function tidy(text: string, document: string): string | undefined {
  const line = (text.split('\n').find((found) => /[\p{L}\p{N}]/u.test(found)) ?? '').replaceAll('**', '').replace(/^\s*[#\-*•]+\s*/u, '').trim();
  const bare = line.replace(/[.。]$/u, '').replace(/^["“「](.*)["”」]$/u, '$1').trim();
  const words = bare.match(/\p{Script=Latin}[\p{L}’'-]*/gu) ?? [];
  const capitals = words.slice(1).filter((word) => /^\p{Lu}/u.test(word)).length;
  if (words.length < 4 || capitals < (words.length - 1) / 2) return bare;
  const known = findTerms(document);
  if ([...findTerms(bare)].some((term) => !known.has(term))) return undefined;
  const lower = bare.replace(/\p{Lu}[\p{L}’'-]*/gu, (word) => (standsIn(document, word) ? word : word.toLowerCase()));
  return lower.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

/** Inside a sentence, not at its beginning. */
function standsIn(document: string, word: string): boolean {
  return findFacts(document).some(({ kind, text }) => kind !== 'number' && text.split(/[ -]/).includes(word)) || new RegExp(`[\\p{L},] ${word}(?![\\p{L}])`, 'u').test(document);
}

/** Who and what, as far as they go. */
function phrase(fact: NewsFact, unit: 'words' | 'characters', most: number, language: string): string {
  const { id, who, what, required } = fact;
  const said = stateFact({ id, who, what, required }, language).replace(/[.。]$/u, '');
  if (measureLength(said, unit) <= most) return said;
  const separator = isChinese(language) ? '' : ' ';
  const pieces = separator === '' ? [...said] : said.split(' ');
  // "84 million" must not become "84".
  const isWhole = (text: string) => findFacts(text).every(({ value, kind }) => kind === 'name' || findFacts(said).some((fact) => fact.value === value));
  while (pieces.length > 1 && (measureLength(pieces.join(separator), unit) > most || !isWhole(pieces.join(separator)))) pieces.pop();
  const whole = separator === '' ? pieces.join('').replace(/[，、；：](?=[^，、；：]*$).*$/u, '') : pieces.join(' ').replace(/(?: (?:a|an|the|of|in|on|at|for|to|and|or|with|by|from|as|that|which|its|their|his|her|will))+$/iu, '');
  // A time at the end says nothing in a headline.
  return whole.replace(/, (?:\d{1,2}(?::\d\d)? [ap]\.m\.?|on|at)$/u, '').replace(/[，、；：,;:]$/u, '');
}
