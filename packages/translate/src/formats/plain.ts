import { isBranching, readBranches } from '../icu.ts';
import { isTranslatable } from '../mask.ts';
import type { ParsedDocument, ParseOptions, Segment } from '../segments.ts';
import { readLines, newlineOf, type Line } from './lines.ts';
import { joinLines, wrapText, widthOf } from './line-breaks.ts';
import { assemble, type Slot } from './slots.ts';

/**
 * A segment is a line; where a paragraph is broken by hand at a fixed width, it is the paragraph, and its translation is broken at that width.
 * Indents, list marks, and blank lines stay.
 */
export function parsePlain(text: string, { to }: ParseOptions): ParsedDocument {
  if (isBranching(text) && readParagraphs(readLines(text)).length === 1) return readWholeMessage(text, to);
  const newline = newlineOf(text);
  return assemble(text, readParagraphs(readLines(text)).flatMap((lines) => (isWrapped(lines) ? [wrappedSlot(lines, newline)] : lines.map(lineSlot))));
}

/** A text of one paragraph that chooses among texts is an ICU message; a longer one may speak of such messages. */
function readWholeMessage(text: string, to: string): ParsedDocument {
  const start = /^\s*/.exec(text)![0].length;
  const end = text.trimEnd().length;
  const { branches, write } = readBranches(text.slice(start, end), to, 'line 1', 1);
  const segments = branches.map(({ name, source, plural, reason }): Segment => ({
    id: name === '' ? '1' : `1:${name}`, source, place: `line 1, ${name}`, translatable: reason === undefined && isTranslatable(source),
    ...(plural !== undefined && { plural }), ...(reason !== undefined && { reason }),
  }));
  return assemble(text, [{ start, end, segments, print: write }]);
}

export function readParagraphs(lines: Line[]): Line[][] {
  const paragraphs: Line[][] = [];
  let open = false;
  for (const line of lines) {
    const isBlank = !/[^\s\u200B\uFEFF]/.test(line.text);
    if (isBlank) open = false;
    else if (open) paragraphs.at(-1)!.push(line);
    else {
      paragraphs.push([line]);
      open = true;
    }
  }
  return paragraphs;
}

const lineMark = /^[\s\u200B]*(?:(?:[-*+•·–—>]|\d{1,3}[.)]|[a-zA-Z][.)])\s+|\d{1,3}、)?/u;
const sentenceEnd = /[.!?…:;。！？：；]["'”’）)\]」』]*\s*$/u;

/** All lines but the last fill the same width, and most of them end inside of a sentence. */
export function isWrapped(lines: Line[]): boolean {
  if (lines.length < 2 || lines.some(({ text }, index) => (index === 0 ? /^\s*\|/ : /^\s*(?:[-*+•·–—|>]|\d{1,3}[.)、])\s?/u).test(text))) return false;
  const widths = lines.map(({ text }) => widthOf(text));
  const width = Math.max(...widths);
  if (width < 40 || width > 130) return false;
  const full = lines.slice(0, -1);
  const filled = widths.slice(0, -1).every((each) => each > width * 0.7);
  return filled && full.filter(({ text }) => !sentenceEnd.test(text)).length * 2 >= full.length;
}

function lineSlot({ text, start, number }: Line): Slot {
  const before = lineMark.exec(text)![0].length;
  const source = text.slice(before).trimEnd();
  const segment: Segment = { id: `${number}`, source, place: `line ${number}`, translatable: isTranslatable(source) };
  return { start: start + before, end: start + before + source.length, segments: source === '' ? [] : [segment], print: ([target = source]) => target };
}

function wrappedSlot(lines: Line[], newline: string): Slot {
  const [first, last] = [lines[0]!, lines.at(-1)!];
  const before = lineMark.exec(first.text)![0].length;
  const source = joinLines(lines.map(({ text }, index) => (index === 0 ? text.slice(before) : text)));
  const indent = /^\s*/.exec(lines[1]!.text)![0];
  const width = Math.max(...lines.map(({ text }) => widthOf(text)));
  const end = last.start + last.text.trimEnd().length;
  const segment: Segment = { id: `${first.number}`, source: source.trim(), place: `lines ${first.number}-${last.number}`, translatable: isTranslatable(source) };
  return {
    start: first.start + before,
    end,
    segments: [segment],
    print([target = segment.source], slice) {
      if (target === segment.source) return slice(first.start + before, end);
      return wrapText(target, width - widthOf(indent)).join(`${newline}${indent}`);
    },
  };
}
