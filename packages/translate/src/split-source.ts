import { cutSentences } from '@glm-tasks/task';
import { isSpaced, weigh } from './languages.ts';
import type { Masked } from './mask.ts';

/**
 * Cuts a text at the ends of sentences into pieces of about `most` letters (ideographs count as {@link weigh} says); of 1, every sentence is one.
 * Pieces join to the text exactly. What stands between an opening and a closing tag stays together, and so does a sentence.
 */
export function cutPieces(masked: Masked, most: number): Masked[] {
  const { text, masks } = masked;
  const pieces: string[] = [];
  let piece = '';
  let open = 0;
  for (const sentence of cutSentences(text)) {
    const isFull = piece !== '' && weigh(piece) + weigh(sentence) > most;
    if (isFull && open <= 0) {
      pieces.push(piece);
      piece = '';
    }
    piece += sentence;
    for (const { mark, original } of masks) if (sentence.includes(mark)) open += depthOf(original);
  }
  if (piece !== '') pieces.push(piece);
  return pieces.map((part) => takePart(masked, part));
}

/** A part of a masked text, as a masked text of its own. */
export function takePart({ masks }: Masked, text: string): Masked {
  const own = masks.filter(({ mark }) => text.includes(mark));
  return { text, masks: own, before: '', after: '', source: own.reduce((whole, { mark, original }) => whole.replace(mark, () => original), text) };
}

/** What the marks stand for in their places, as marks of themselves. */
export function showOriginals(masked: Masked): Masked {
  const { text, masks } = masked;
  return { ...masked, text: masks.reduce((shown, { mark, original }) => shown.replace(mark, () => original), text), masks: masks.map((mask) => ({ ...mask, mark: mask.original })) };
}

/** The way back: the longest first, equal ones in the order of the text. */
export function hideOriginals(answer: string, { masks }: Masked): string {
  return masks.toSorted((a, b) => b.original.length - a.original.length).reduce((hidden, { mark, original }) => hidden.replace(original, () => mark), answer);
}

/** A text of which the checks see what the model wrote. */
export function withoutMarks(text: string, { masks }: Masked): string {
  return masks.reduce((bare, { mark }) => bare.replaceAll(mark, ' '), text);
}

/** The stretches between marks and the marks themselves, in order; they join to the text exactly. */
export function cutAtMarks({ text, masks }: Masked): string[] {
  const pattern = masks.map(({ mark }) => mark.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|');
  return masks.length === 0 ? [text] : text.split(new RegExp(`(${pattern})`)).filter((part) => part !== '');
}

/** What joins two translated pieces: the line breaks the source has there, else what the language sets between sentences. */
export function gapBetween(before: string, after: string, to: string): string {
  const gap = `${/\s*$/u.exec(before)?.[0] ?? ''}${/^\s*/u.exec(after)?.[0] ?? ''}`;
  return gap.includes('\n') ? gap : isSpaced(to) ? ' ' : '';
}

function depthOf(tag: string): number {
  if (!/^<.*>$/s.test(tag) || tag.endsWith('/>')) return 0;
  return tag.startsWith('</') ? -1 : 1;
}
