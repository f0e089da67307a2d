import { LEVEL, splitPiece } from './boundaries.ts';
import { cutSentences } from './sentences.ts';

export interface Passage {
  /** UTF-16 offsets: `source.slice(start, end)` is `text`. */
  start: number;
  end: number;
  text: string;
}

/** A longer sentence (or a text without any) is cut after clauses: a source that takes a minute to read proves nothing. */
const LONGEST = 400;

/** The sentences of a text, trimmed, with their places; and the passages of at most 400 UTF-16 units each is cut into. */
export function findPassages(text: string): { sentence: Passage; passages: Passage[] }[] {
  const found: { sentence: Passage; passages: Passage[] }[] = [];
  let end = 0;
  for (const cut of cutSentences(text)) {
    const start = end;
    end += cut.length;
    const sentence = trimPassage(text, start, end);
    if (sentence.text === '') continue;
    const pieces = sentence.text.length > LONGEST ? splitPiece(text, { start: sentence.start, end: sentence.end, level: LEVEL.sentence }, LONGEST) : [sentence];
    found.push({ sentence, passages: pieces.map((piece) => trimPassage(text, piece.start, piece.end)).filter((passage) => passage.text !== '') });
  }
  return found;
}

/** Where `part` stands in the text as whole words; undefined if nowhere. */
export function findVerbatim(text: string, part: string): Passage | undefined {
  if (part === '') return undefined;
  for (let start = text.indexOf(part); start >= 0; start = text.indexOf(part, start + 1)) {
    const end = start + part.length;
    if (!cutsWord(text, start) && !cutsWord(text, end)) return { start, end, text: part };
  }
  return undefined;
}

/** True inside a spaced word, a number or a surrogate pair. */
export function cutsWord(text: string, index: number): boolean {
  const around = text.slice(index - 1, index + 1);
  return index > 0 && (/^[\ud800-\udbff][\udc00-\udfff]$/.test(around) || /^(?:(?!\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana})[\p{L}\p{M}\p{N}]){2}$/u.test(around));
}

function trimPassage(text: string, from: number, to: number): Passage {
  const piece = text.slice(from, to);
  const start = from + piece.length - piece.trimStart().length;
  const trimmed = piece.trim();
  return { start, end: start + trimmed.length, text: trimmed };
}
