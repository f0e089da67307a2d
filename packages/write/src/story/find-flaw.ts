import { cutSentences, findLoop, isInLanguage, readLanguage, repeatsInstructions } from '@glm-tasks/task';
import { measureRepetition, normalizeProse } from './measure-repetition.ts';
import { createTold } from './retelling.ts';

export interface Watch {
  language: string;
  /** The orders of the prompt. */
  orders: string;
  /** What the prompt was given by people: it may come again. */
  material: string;
  marker: string;
  /** Sentences of the story so far. */
  known: readonly string[];
}

export interface Flaw {
  kind: 'leak' | 'repetition' | 'language';
  /** The text before this is sound. */
  at: number;
}

/** Words of the workshop, which no story needs at the beginning of a sentence. */
const WORKSHOP = /^[\s"“*(（【[]*(?:(?:chapter goal|word count|outline|must happen|note to|as an ai|in this chapter,? we|this chapter (?:ends|shows|tells)|the story (?:continues|goes on) in|the story ends with|(?:as )?the next sentence (?:begins|is))\b|本章(?:目标|讲述|节|主要)|字数|大纲|必须发生|情节要点|以上(?:就)?是|作为(?:一个)?(?:AI|人工智能|语言模型)|这(?:一章|个故事)(?:讲述|告诉|主要)|下一句(?:话)?是|(?:现在|接下来)发生的事)/iu;
/** What is to be filled in by somebody else: "Sincerely, [Tenant's Name]". */
const BLANK = /\[\p{L}[^\]\n]{1,40}\]|【\p{L}[^】\n]{0,20}】|_{3,}|(?<=\p{Script=Han})[XＸ×]{2,}|[XＸ×]{2,}(?=\p{Script=Han})/u;

/**
 * Where a text under way goes wrong: marks and orders of the prompt in it, loops, sentences told before, another language. Looked at while it
 * is written, so that a loop costs a sentence or two and not the rest of the limit.
 *
 * @param sound length of a beginning in which nothing was found before, to save time
 */
export function findFlaw(text: string, { language, orders, material, marker, known }: Watch, sound = 0): Flaw | undefined {
  const leak = text.search(/<\/?think>|<\|[\w.-]{1,40}\|>/iu);
  const mark = text.indexOf(marker);
  if (leak >= 0 || mark >= 0) return { kind: 'leak', at: startOfSentence(text, leak >= 0 ? leak : mark) };
  const loop = findLoop(text);
  let at = 0;
  let repeated = 0;
  let firstRepeated = 0;
  const told = createTold(known);
  const ordered = new Set(cutSentences(orders).map(normalizeProse).filter((order) => order.length > 5));
  for (const sentence of cutSentences(text)) {
    if (at + sentence.length > sound) {
      if (WORKSHOP.test(sentence) || BLANK.test(sentence) || ordered.has(normalizeProse(sentence)) || repeatsInstructions(sentence, orders, material)) return { kind: 'leak', at };
      if (isForeign(sentence, language)) return { kind: 'language', at };
    }
    if (told.isRetold(sentence) && repeated++ === 0) firstRepeated = at;
    if (repeated > 2) return { kind: 'repetition', at: firstRepeated };
    told.add(sentence);
    at += sentence.length;
  }
  if (loop !== undefined) return { kind: 'repetition', at: startOfSentence(text, loop) };
  const recent = text.slice(-400);
  if (recent.length >= 200 && measureRepetition(recent, language) > 0.35) return { kind: 'repetition', at: startOfSentence(text, text.length - 400) };
  if (text.length >= 120 && !isInLanguage(text.slice(-240), language)) return { kind: 'language', at: startOfSentence(text, text.length - 240) };
  return undefined;
}

/** A whole sentence in another script; single words are names. */
function isForeign(sentence: string, tag: string): boolean {
  const { language } = readLanguage(tag);
  const letters = sentence.match(/\p{L}/gu)?.length ?? 0;
  const han = sentence.match(/\p{Script=Han}/gu)?.length ?? 0;
  // A word of another alphabet in lower case is no name: “他感到很 frustrated。”
  if (language === 'zh') return (letters >= 16 && han < letters * 0.15) || (han > 0 && /(?<![A-Za-z])[a-z]{4,}(?![A-Za-z])/u.test(sentence));
  return !['ja', 'ko'].includes(language) && han >= 6 && han > letters * 0.3;
}

function startOfSentence(text: string, index: number): number {
  let at = 0;
  for (const sentence of cutSentences(text)) {
    if (at + sentence.length > index) return at;
    at += sentence.length;
  }
  return at;
}
