import type { Fact } from './facts.ts';

// Cased letters only: an ideograph behind a Latin word is another word.
const word = "\\p{Lu}[\\p{Lu}\\p{Ll}\\p{M}\\p{N}]*(?:['’&.-][\\p{Lu}\\p{Ll}\\p{M}\\p{N}]+)*";
/** Capitalised words in a row: Bank of England, Dr David Blaney, GPT-4, iPhone. */
const latinRun = new RegExp(`(?<![\\p{Script=Latin}\\p{N}_])(?:[a-z](?=\\p{Lu}))?${word}(?: (?:(?:of|de|van|von) (?:the )?)?${word}){0,6}`, 'gu');
const quotedTitle = /《[^《》\n]{1,60}》/g;

/**
 * Where a Chinese name begins cannot be told without a lexicon, so only its end is taken: two characters and the suffix. 人民银行 stands in
 * every text that 中国人民银行 stands in.
 */
const hanName = /\p{Script=Han}{2}(?:大学|学院|银行|集团|医院|法院|研究院|研究所|委员会|公司|省|市|县|縣|自治区)/gu;
const FUNCTION_CHARACTERS = /^.?[的了着是在和与及或也就都而这那我你他她它们之其个家本该各全多某些每为由对向从到被把有所一二两三几新老大小]/u;
const COMMON = /^(?:保险|上市|科技|有限|股份|母子|跨国|外资|商业|投资|中央|地方|人民|.[子分母])公司$|^(?:商业|投资|中央)银行$|[节反][省]$|[城上超股夜门都菜集街楼闹入开收熊牛早]市$|^(?:综合|公立|私立|民营|普通)|贫困县$/u;

/** Words that open sentences and are no names; with the endings below, what may stand before a name there. */
const OPENERS = new Set(
  'a an the and or but if so as at by for from in into of on to with without he she it they we you i his her its their our my your this that these those there here what when where which who why how no not yes all both each some many most more other another any after before during since until while although though however also then thus meanwhile moreover besides furthermore first second third next last finally overall according despite because let please'.split(' '),
);
const OPENING_FORM = /(?:ing|ed|ly)$/;
const sentenceStart = /(?:^|[.!?:;。！？…：；][\])"'”’]*\s+|[。！？：；]|\n\s*|(?:^|\n)[\s\d.)*•#-]+|[“"‘(（「]\s*)$/u;

/**
 * Names of a text, in order: capitalised runs and acronyms, titles in 《》, and the ends of Chinese names of organisations and places. A single
 * capitalised word that opens a sentence counts only where the text has it inside a sentence too; a text in title case has acronyms only.
 */
export function findNames(text: string): Fact[] {
  const facts: Fact[] = [];
  const add = (start: number, found: string) => facts.push({ kind: 'name', text: found, start, end: start + found.length, value: normalizeName(found) });
  for (const { 0: found, index } of text.matchAll(quotedTitle)) add(index, found);
  for (const { 0: found, index } of text.matchAll(hanName)) if (!FUNCTION_CHARACTERS.test(found) && !COMMON.test(found)) add(index, found);
  const isTitleCase = hasTitleCase(text);
  const shouted = isShouted(text);
  const opening: [start: number, found: string][] = [];
  for (const { 0: run, index } of text.matchAll(latinRun)) {
    if (isTitleCase) for (const { 0: part, index: offset } of run.matchAll(/[^ ]+/g)) addAcronym(part, index + offset);
    else if (!isOpening(text, index)) addRun(run, index);
    else if (!run.includes(' ')) opening.push([index, run]);
    else if (isOpener(run)) addRun(run.slice(run.indexOf(' ') + 1), index + run.indexOf(' ') + 1);
    else addRun(run, index);
  }
  const known = new Set(facts.flatMap(({ value }) => value.split(' ')));
  for (const [index, run] of opening) {
    if (known.has(normalizeName(run)) && !isOpener(run)) addRun(run, index);
    else addAcronym(run, index);
  }
  return facts.sort((a, b) => a.start - b.start);

  function addAcronym(found: string, start: number): void {
    if (isAcronym(found) && !shouted) add(start, found);
  }

  function addRun(run: string, start: number): void {
    // "Then I" and "the A" hold no name; "I" alone neither.
    const found = run.replace(/^(?:(?:I(?:['’]\p{L}+)?|OK|Okay) )+|(?: (?:of|de|van|von|the))+$/gu, '').replace(/['’]s$/u, '');
    const from = start + run.indexOf(found);
    if (/^(?:I(?:['’]\p{L}+)?|OK|Okay|.)$/u.test(found) || (shouted && !/\d/.test(found))) return;
    add(from, found);
  }
}

/** Lower case, single spaces, no title marks, no 's: what two writings of a name share. */
function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[《》]/g, '').replace(/['’]s$/u, '').replace(/\s+/gu, ' ').trim();
}

function isOpening(text: string, index: number): boolean {
  return sentenceStart.test(text.slice(Math.max(0, index - 12), index)) && !(index > 12 && text.slice(index - 12, index).trim() === '');
}

function isOpener(run: string): boolean {
  const [first = ''] = run.split(/[ '’]/);
  return !isAcronym(first) && (OPENERS.has(first.toLowerCase()) || OPENING_FORM.test(first));
}

function isAcronym(found: string): boolean {
  return /\p{Lu}[\p{L}.&-]*\p{Lu}|\p{Lu}.*\d/u.test(found) && found !== 'OK';
}

/** Capitals throughout say nothing. */
function isShouted(text: string): boolean {
  return text.length > 12 && !/\p{Ll}|\p{Script=Han}/u.test(text);
}

/** Nearly all the longer words of a headline in title case begin with a capital. */
function hasTitleCase(text: string): boolean {
  const words = text.slice(0, 2_000).match(/(?<![\p{L}\p{N}])\p{Script=Latin}{4,}/gu) ?? [];
  const capitalised = words.filter((found) => /^\p{Lu}/u.test(found)).length;
  return words.length >= 4 && capitalised > 0.8 * words.length && !/\p{Script=Han}/u.test(text);
}
