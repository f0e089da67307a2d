import { cutSentences, measureLength, type LengthTarget } from '@glm-tasks/task';
import { closeQuotes } from './clean-prose.ts';
import { createTold } from './retelling.ts';

interface Piece {
  text: string;
  paragraph: number;
}

/**
 * Cuts a text down to its target by whole sentences. They go from the end, as long as they are not to be kept; the last one taken is chosen so
 * that the text ends as near to the upper end as can be. A text that cannot be cut into the target stays above or falls below it.
 *
 * @param keep what must stay: sentences that tell an event
 * @param closing sentences at the end that stay, so that a story keeps its ending
 */
export function fitLength(text: string, target: LengthTarget, keep: (sentence: string) => boolean = () => false, closing = 0): string {
  let length = measureLength(text, target.unit);
  if (length <= target.max) return text;
  const pieces = cutPieces(text);
  const end = pieces.length - closing;
  const left = pieces.map((piece, index) => ({ ...piece, size: measureLength(piece.text, target.unit), isFree: index > 0 && index < end && !keep(piece.text), isInside: index > 0 && index < end }));
  while (length > target.max && left.length > 1) {
    const free = left.filter(({ isFree }) => isFree);
    // One sentence that brings it inside, if there is one: the last such, since what stands late leaves fewer threads hanging.
    const fits = free.findLast(({ size }) => length - size <= target.max && length - size >= target.min);
    const gone = fits ?? free.at(-1) ?? left.findLast(({ isInside }) => isInside) ?? left.at(-1)!;
    left.splice(left.indexOf(gone), 1);
    length -= gone.size;
  }
  return closeQuotes(join(left));
}

/** Puts prose behind prose; sentences that were told before, there or in `known`, are left out. Nothing of `text` changes. */
export function appendProse(text: string, addition: string, known: readonly string[] = []): string {
  const told = createTold([...known, ...cutProse(text)]);
  const fresh = cutPieces(addition).filter((piece) => {
    const isNew = !told.isRetold(piece.text) && !told.isHalfTold(piece.text);
    told.add(piece.text);
    return isNew;
  });
  const added = closeQuotes(join(fresh));
  return text === '' || added === '' ? text + added : `${text}\n\n${added}`;
}

/** Puts prose behind the paragraph that holds `index`. */
export function insertProse(text: string, addition: string, index: number): string {
  const end = text.indexOf('\n\n', index);
  return end < 0 ? appendProse(text, addition) : `${appendProse(text.slice(0, end), addition)}${text.slice(end)}`;
}

/** The sentences of prose. */
export function cutProse(text: string): string[] {
  return cutPieces(text).map((piece) => piece.text);
}

/** The prose with the sentences that pass. */
export function joinProse(text: string, passes: (sentence: string, index: number) => boolean): string {
  return closeQuotes(join(cutPieces(text).filter((piece, index) => passes(piece.text, index))));
}

/** Who says a speech: it goes where the speech goes. */
const SPEAKER = /^[^“”"「」。！？.!?]{0,12}(?:说|问|答|(?<!知)道|喊|叫)[。！]?\s*$/u;

function cutPieces(text: string): Piece[] {
  return text.split(/\n{2,}/u).flatMap((part, paragraph) => joinSpeakers(cutSentences(part)).map((sentence) => ({ text: sentence, paragraph })));
}

function joinSpeakers(sentences: readonly string[]): string[] {
  const joined: string[] = [];
  for (const sentence of sentences) {
    const isSpeaker = SPEAKER.test(sentence) && /[”"」』]\s*$/u.test(joined.at(-1) ?? '');
    if (isSpeaker) joined.push(joined.pop()! + sentence);
    else joined.push(sentence);
  }
  return joined;
}

function join(pieces: readonly Piece[]): string {
  let joined = '';
  let last: Piece | undefined;
  for (const piece of pieces) {
    if (last && last.paragraph !== piece.paragraph) joined = `${joined.trimEnd()}\n\n`;
    joined += piece.text;
    last = piece;
  }
  return joined.trim();
}
