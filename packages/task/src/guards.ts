import { isInLanguage } from './language.ts';
import { splitSentences } from './sentences.ts';

export type GuardFailure = 'empty' | 'reasoning' | 'special-tokens' | 'marker' | 'instructions' | 'repetition' | 'echo' | 'language';

export interface GuardOptions {
  /** The text the output is about; for the echo guard. */
  source?: string | undefined;
  /** BCP 47 tag the output must be in. */
  language?: string | undefined;
  /** The marker of the fence the source stood in. */
  marker?: string | undefined;
  /** The prompt's own orders, without what the user put in; an answer that repeats them is none. */
  instructions?: string | undefined;
  /** What the answer may repeat even if it stands in the instructions: the document. */
  document?: string | undefined;
}

export interface Guarded {
  /** The output without preamble, wrapping quotes and code fences, and finished reasoning. */
  text: string;
  failure?: GuardFailure;
}

/** Everything a model's raw output passes before anyone sees it. */
export function guardOutput(raw: string, { source, language, marker, instructions, document }: GuardOptions = {}): Guarded {
  const text = stripWrapping(stripReasoning(raw));
  const failed = (failure: GuardFailure): Guarded => ({ text, failure });
  if (!/[\p{L}\p{N}]/u.test(text)) return failed('empty');
  if (/<\/?think>/i.test(text)) return failed('reasoning');
  if (/<\|[\w.-]{1,40}\|>/.test(text)) return failed('special-tokens');
  if (marker !== undefined && text.includes(marker)) return failed('marker');
  if (instructions !== undefined && repeatsInstructions(text, instructions, document)) return failed('instructions');
  if (findLoop(text) !== undefined) return failed('repetition');
  if (source !== undefined && isEcho(text, source)) return failed('echo');
  if (language !== undefined && !isInLanguage(text, language)) return failed('language');
  return { text };
}

/** Takes finished reasoning out; `<think>` that never ends stays, for the guard to see. */
export function stripReasoning(text: string): string {
  return text.replace(/<think>[\s\S]*?<\/think>/gi, '').replace(/^[\s\S]*<\/think>/i, '');
}

const preambles = [
  /^(?:sure|certainly|of course|okay|ok)\b[^\n]{0,80}?[,.!:]\s+(?=\S)/i,
  /^(?:here(?:'s| is| are)|below (?:is|are)|the following (?:is|are))\b[^\n:]{0,100}:\s*/i,
  /^(?:this is |the )?(?:\w+[- ]){0,3}(?:summary|headline|title|key points|tl;?dr)(?: (?:of|in|for)\b[^\n:]{0,60})?\s*[:：]\s*/i,
  /^(?:here is )?(?:the |this )?(?:\w+ )?translation(?: (?:of|in|into)\b[^\n:]{0,60})?(?: is| would be)?\s*[:：]\s*/i,
  /^(?:好的|当然|没问题)[，。！,!]\s*/,
  /^(?:以下|下面|这)(?:是|为)[^\n：:。]{0,60}[：:]\s*/,
  /^(?:本文|文本|文章|全文)?的?(?:摘要|总结|概要|概括|标题|要点|关键点|译文|翻译)(?:如下)?\s*[：:]\s*/,
];

/** "Here is a summary:", "以下是…：", a heading, a code fence or quotes around the whole answer: gone. What follows them is untouched. */
export function stripWrapping(raw: string): string {
  let text = raw.trim();
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/^```[\w-]*\n([\s\S]*?)\n?```$/, '$1').replace(/^#{1,6}[ \t]+(?=[^\n]*$)/, '').trim();
    text = text.replace(/^\*\*(?:summary|headline|key points|摘要|总结|标题|要点)\s*[:：]?\s*\*\*\s*[:：]?\s*/i, '');
    for (const preamble of preambles) {
      const rest = text.replace(preamble, '');
      if (rest.trim() !== '') text = rest.trim();
    }
    text = unquote(text);
  }
  return text;
}

function unquote(text: string): string {
  for (const [open, close] of ['""', '“”', '「」', '『』', "''", '《》'] as const) {
    const inner = text.slice(1, -1);
    const wrapped = text.length > 2 && text.startsWith(open as string) && text.endsWith(close as string);
    if (wrapped && !inner.includes(open as string) && !inner.includes(close as string)) return inner.trim();
  }
  return text;
}

/** Where a text starts to run in circles: one stretch four times in a row, or one sentence three times in all. Undefined if nowhere. */
export function findLoop(text: string): number | undefined {
  const stretch = /(.{2,60}?)\1{3,}/su.exec(text);
  if (stretch && /[\p{L}\p{N}]/u.test(stretch[0])) return stretch.index + (stretch[1] as string).length;
  const seen = new Map<string, number>();
  let index = 0;
  for (const sentence of splitSentences(text)) {
    index = text.indexOf(sentence, index);
    const times = (seen.get(sentence) ?? 0) + 1;
    if (times === 3 && [...sentence].length > 5) return index;
    seen.set(sentence, times);
    index += sentence.length;
  }
  return undefined;
}

/**
 * Words in a row that make a repetition. A summary may well speak of "the most important points of the text" (six words of an instruction) or
 * of 文章里的内容 (six ideographs of one); seven words, or ten ideographs, are a clause, and nobody hits on a whole clause by chance.
 */
const CLAUSE_WORDS = 7;
const IDEOGRAPH_WORDS = 0.7;

/** True when a clause of the instructions stands in the output word for word, punctuation and case aside, and not in the document too. */
export function repeatsInstructions(output: string, instructions: string, document = ''): boolean {
  const told = spaceWords(splitWords(instructions));
  const copied = clausesOf(splitWords(output)).filter((clause) => told.includes(clause));
  if (copied.length === 0) return false;
  const given = spaceWords(splitWords(document));
  return copied.some((clause) => !given.includes(clause));
}

function clausesOf(words: readonly string[]): string[] {
  const clauses: string[] = [];
  let start = 0;
  let weight = 0;
  for (const [index, word] of words.entries()) {
    weight += weigh(word);
    // Tenths do not add up exactly.
    while (weight > CLAUSE_WORDS - 0.01) {
      clauses.push(spaceWords(words.slice(start, index + 1)));
      weight -= weigh(words[start++] as string);
    }
  }
  return clauses;
}

function weigh(word: string): number {
  return /\p{Script=Han}/u.test(word) ? IDEOGRAPH_WORDS : 1;
}

/** Words of letters and digits; an ideograph is a word. */
function splitWords(text: string): string[] {
  return text.toLowerCase().match(/\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu) ?? [];
}

function spaceWords(words: readonly string[]): string {
  return ` ${words.join(' ')} `;
}

/** Letters that may be copied in one stretch: about sixty words, or 120 ideographs. */
const LONGEST_COPY = 360;

/**
 * True when the output is copied rather than written: it is at least 70 % as long as the source and nine tenths of its character
 * 8-grams stand there, or one stretch of some sixty words comes from there word for word.
 */
export function isEcho(output: string, source: string): boolean {
  const said = normalize(output);
  const given = normalize(source);
  if (said.length < 8) return false;
  const known = new Set<string>();
  for (let index = 0; index + 8 <= given.length; index++) known.add(given.slice(index, index + 8));
  let copied = 0;
  let stretch = 0;
  for (let index = 0; index + 8 <= said.length; index++) {
    const isCopy = known.has(said.slice(index, index + 8));
    if (isCopy) copied++;
    stretch = isCopy ? stretch + (said.charCodeAt(index) >= 0x2e80 ? 3 : 1) : 0;
    if (stretch >= LONGEST_COPY) return true;
  }
  return said.length >= given.length * 0.7 && copied >= 0.9 * (said.length - 7);
}

function normalize(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
