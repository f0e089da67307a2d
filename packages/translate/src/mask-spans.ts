import { maskPatterns, type MaskKind } from './mask-patterns.ts';

export interface MaskedSpan {
  start: number;
  end: number;
  kind: MaskKind;
}

export interface MaskedSpans {
  spans: MaskedSpan[];
  /** The text without the markup and white space around it. */
  start: number;
  end: number;
}

const patterns = maskPatterns.map(({ pattern }) => `(${pattern})`).join('|');
const anything = new RegExp(patterns, 'gu');

/** What must come back as it is, in order and without overlap, and the text that is left when markup around the whole is taken off. */
export function findMasked(source: string, keep: readonly string[]): MaskedSpans {
  const found = findSpans(source, keep);
  const { spans, start, end } = takeOffEnds(source, found);
  return { spans: joinTouching(source, spans), start, end };
}

/** The same before any of it is joined or taken off. */
export function findSpans(source: string, keep: readonly string[]): MaskedSpan[] {
  const terms = keep.filter((term) => term !== '').sort((a, b) => b.length - a.length);
  const pattern = terms.length === 0 ? anything : new RegExp(`(${terms.map(termPattern).join('|')})|${patterns}`, 'gu');
  const kinds: MaskKind[] = [...(terms.length === 0 ? [] : ['term' as const]), ...maskPatterns.map(({ kind }) => kind)];
  const spans: MaskedSpan[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(source); match; match = pattern.exec(source)) {
    const kind = kinds[match.findIndex((group, index) => index > 0 && group !== undefined) - 1]!;
    const text = kind === 'url' ? trimAddress(match[0]) : match[0];
    const end = match.index + text.length;
    spans.push({ start: match.index, end, kind });
    pattern.lastIndex = end;
  }
  return spans;
}

function termPattern(term: string): string {
  const literal = term.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return `${/^\w/.test(term) ? '(?<!\\w)' : ''}${literal}${/\w$/.test(term) ? '(?!\\w)' : ''}`;
}

/** A sentence's full stop, or the bracket an address stands in, is no part of it. */
function trimAddress(address: string): string {
  for (let text = address; ; ) {
    const last = text.at(-1) ?? '';
    const closes = last === ')' && text.split(')').length > text.split('(').length;
    if (!closes && !'.,;:!?*]'.includes(last)) return text;
    text = text.slice(0, -1);
  }
}

export type TagRole = { role: 'open' | 'close'; name: string } | { role: 'alone' };

/** What a masked piece is among tags: opening, closing, or neither. */
export function tagRole(text: string): TagRole {
  const tag = /^<(\/?)([\w:.-]+)[^<>]*?(\/?)>$/.exec(text);
  if (tag && tag[3] !== '/' && !/^(?:br|hr|img|input|wbr)$/i.test(tag[2]!) && !/^\d+[:.]/.test(tag[2]!)) {
    // A voice or class of subtitles closes by its first name: <c.yellow>…</c>.
    return { role: tag[1] ? 'close' : 'open', name: tag[2]!.split('.')[0]! };
  }
  if (/^!?\[$/.test(text)) return { role: 'open', name: '[' };
  if (text.startsWith('](')) return { role: 'close', name: '[' };
  return { role: 'alone' };
}

function takeOffEnds(source: string, found: MaskedSpan[]): MaskedSpans {
  let spans = found;
  let [start, end] = [0, source.length];
  for (;;) {
    start += /^\s*/.exec(source.slice(start, end))![0].length;
    end -= /\s*$/.exec(source.slice(start, end))![0].length;
    const [first, last] = [spans[0], spans.at(-1)];
    if (first?.start === start && isSpare(source, first)) {
      start = first.end;
      spans = spans.slice(1);
    } else if (last?.end === end && isSpare(source, last)) {
      end = last.start;
      spans = spans.slice(0, -1);
    } else if (first && last && first !== last && first.start === start && last.end === end && encloses(source, spans)) {
      [start, end] = [first.end, last.start];
      spans = spans.slice(1, -1);
    } else return { spans, start, end };
  }
}

/** Markup that stands for no word: a line break, a comment, where a subtitle is shown. */
function isSpare(source: string, { start, end }: MaskedSpan): boolean {
  return /^(?:<!--[\s\S]*-->|<(?:br|hr|wbr)\b[^<>]*>|\{\\[^{}]*\})$/i.test(source.slice(start, end));
}

/** The first span opens what the last one closes. */
function encloses(source: string, spans: MaskedSpan[]): boolean {
  const texts = spans.map(({ start, end }) => source.slice(start, end));
  if (texts[0] === '**' || texts[0] === '~~') return texts.at(-1) === texts[0] && !texts.slice(1, -1).includes(texts[0]);
  const open: string[] = [];
  for (const [index, text] of texts.entries()) {
    const tag = tagRole(text);
    if (tag.role === 'open') open.push(tag.name);
    else if (tag.role === 'close' && open.pop() !== tag.name) return false;
    if (open.length === 0) return index === texts.length - 1 && tag.role === 'close';
  }
  return false;
}

/**
 * Fewer marks, fewer mistakes: neighbours with nothing between become one, where that leaves every tag its partner. A whole pair with no text
 * in it is one; of tags, only opening ones join opening ones, and closing ones closing ones.
 */
function joinTouching(source: string, spans: MaskedSpan[]): MaskedSpan[] {
  const joined: Joined[] = [];
  for (const span of spans) {
    joined.push({ ...span, tag: span.kind === 'tag' ? tagRole(source.slice(span.start, span.end)) : { role: 'alone' }, isOne: true });
    for (;;) {
      const [second, first, third] = [joined.at(-1)!, joined.at(-2), joined.at(-3)];
      if (!first || first.end !== second.start || [first.kind, second.kind].includes('term')) break;
      const whole = { end: second.end, tag: { role: 'alone' }, isOne: true } as const;
      if (isPair(first, second)) joined.splice(-2, 2, { ...first, ...whole });
      else if (third?.end === first.start && first.tag.role === 'alone' && isPair(third, second)) joined.splice(-3, 3, { ...third, ...whole });
      else if (isToggle(source, first) || isToggle(source, second) || first.tag.role !== second.tag.role) break;
      else if (first.kind === 'tag' && second.kind !== 'tag') break;
      else joined.splice(-2, 2, { ...first, end: second.end, isOne: false });
    }
  }
  return joined.map(({ start, end, kind }) => ({ start, end, kind }));
}

interface Joined extends MaskedSpan {
  tag: TagRole;
  /** Not several of a kind. */
  isOne: boolean;
}

function isPair(first: Joined, second: Joined): boolean {
  return first.isOne && second.isOne && first.tag.role === 'open' && second.tag.role === 'close' && first.tag.name === second.tag.name;
}

/** Asterisks open and close alike: none may be taken into another mark. */
function isToggle(source: string, { start, end }: MaskedSpan): boolean {
  return /^(?:\*\*|~~)+$/.test(source.slice(start, end));
}
