import { findMasked, type MaskedSpan } from './mask-spans.ts';
import type { MaskKind } from './mask-patterns.ts';

export interface Mask {
  mark: string;
  original: string;
  kind: MaskKind;
}

export interface Masked {
  /** For the model: the source with a mark in place of whatever must come back as it is. */
  text: string;
  /** In the order of the source. */
  masks: Mask[];
  /** Markup around the whole text, which the model need not see. */
  before: string;
  after: string;
  source: string;
}

export interface MaskOptions {
  /** Terms that stay as they are, in exactly these letters. */
  keep?: readonly string[];
}

/** The mark a small model copies best: measured in docs/decisions/012-marks.md. */
export function markOf(number: number): string {
  return `[[${number}]]`;
}

/**
 * Puts marks in place of placeholders, tags, code, addresses, versions, and terms to keep. What touches shares a mark.
 *
 * @example
 * const masked = maskText('Hello {name}, read <b>this</b>.'); // text: 'Hello [[1]], read [[2]]this[[3]].'
 * const { text, issues } = unmaskText('[[1]] 你好，请看[[2]]这里[[3]]。', masked); // '{name} 你好，请看<b>这里</b>。', []
 */
export function maskText(source: string, options: MaskOptions = {}): Masked {
  const { spans, start, end } = findMasked(source, options.keep ?? []);
  const parts: string[] = [];
  const masks: Mask[] = [];
  let position = start;
  for (const span of spans) {
    const mark = markOf(masks.length + 1);
    parts.push(source.slice(position, span.start), mark);
    masks.push({ mark, original: source.slice(span.start, span.end), kind: span.kind });
    position = span.end;
  }
  parts.push(source.slice(position, end));
  return { text: parts.join(''), masks, before: source.slice(0, start), after: source.slice(end), source };
}

/** Whether there is a word to translate beside what is masked. */
export function isTranslatable(source: string): boolean {
  const { spans, start, end } = findMasked(source, []);
  let position = start;
  const open = (until: number): boolean => /\p{L}/u.test(source.slice(position, until));
  for (const span of spans as MaskedSpan[]) {
    if (open(span.start)) return true;
    position = span.end;
  }
  return open(end);
}
