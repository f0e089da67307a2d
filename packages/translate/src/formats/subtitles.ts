import { isTranslatable } from '../mask.ts';
import type { ParsedDocument, ParseOptions, Segment } from '../segments.ts';
import { joinLines, widthOf, wrapToLines } from './line-breaks.ts';
import { invalid, newlineOf, readLines, type Line } from './lines.ts';
import { assemble, type Slot } from './slots.ts';

export interface Cue {
  timing: string;
  /** The lines shown; blank ones at the end are none of it. */
  lines: Line[];
}

const srtTiming = /^\s*\d{1,3}:\d{1,2}:\d{1,2}[,.]\d{1,3}\s*-->\s*\d{1,3}:\d{1,2}:\d{1,2}[,.]\d{1,3}(?:\s.*)?$/;
const vttTiming = /^\s*(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}\s+-->\s+(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}(?:\s.*)?$/;

export function parseSrt(text: string, { to }: ParseOptions): ParsedDocument {
  return assembleCues(text, readSrt(text), to, (target) => target);
}

export function parseVtt(text: string, { to }: ParseOptions): ParsedDocument {
  // What a translation adds may not be read as a tag.
  return assembleCues(text, readVtt(text), to, (target, source) => target.replace(/<[^<>]*>?/g, (tag) => (source.includes(tag) ? tag : tag.replace('<', '&lt;'))));
}

/** A line of digits is an index only right before a timing; so a subtitle that says "40" is one, and blank lines inside a cue are its own. */
export function readSrt(text: string): Cue[] {
  const lines = readLines(text);
  const cues: Cue[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.text.includes('-->')) {
      if (!srtTiming.test(line.text)) throw invalid('SRT file', line.number, `"${line.text.trim().slice(0, 60)}" is no timing like 00:00:01,000 --> 00:00:02,500`);
      cues.push({ timing: line.text.trim(), lines: [] });
    } else if (lines[index + 1]?.text.includes('-->') && /^\s*\d*\s*$/.test(line.text)) continue;
    else if (cues.length > 0) cues.at(-1)!.lines.push(line);
    else if (line.text.trim() !== '') throw invalid('SRT file', line.number, `a number and a timing were expected, not "${line.text.trim().slice(0, 60)}"`);
  }
  if (cues.length === 0 && text.trim() !== '') throw invalid('SRT file', 1, 'there is no timing');
  return cues.map(trimCue);
}

/** Blocks end at a blank line; those without a timing (notes, styles, regions) are left alone. */
export function readVtt(text: string): Cue[] {
  const [first, ...lines] = readLines(text);
  if (!/^WEBVTT(?:[ \t]|$)/.test(first!.text)) throw invalid('WebVTT file', 1, 'it does not begin with WEBVTT');
  const cues: Cue[] = [];
  let cue: Cue | undefined;
  let isNote = false;
  for (const line of lines) {
    if (line.text.trim() === '') {
      cue = undefined;
      isNote = false;
    } else if (!cue && /^(?:NOTE|STYLE|REGION)(?:\s|$)/.test(line.text)) isNote = true;
    else if (isNote) continue;
    else if (line.text.includes('-->')) {
      if (!vttTiming.test(line.text)) throw invalid('WebVTT file', line.number, `"${line.text.trim().slice(0, 60)}" is no timing like 00:01.000 --> 00:02.500`);
      cue = { timing: line.text.trim(), lines: [] };
      cues.push(cue);
    } else cue?.lines.push(line);
  }
  return cues.map(trimCue);
}

function trimCue({ timing, lines }: Cue): Cue {
  return { timing, lines: lines.slice(0, lines.findLastIndex((line) => line.text.trim() !== '') + 1) };
}

function assembleCues(text: string, cues: Cue[], to: string, escape: (target: string, source: string) => string): ParsedDocument {
  const newline = newlineOf(text);
  return assemble(text, cues.flatMap(({ lines }, index) => splitSpeakers(lines).map((spoken, order, all) => spokenSlot(spoken, all.length > 1 ? `${index + 1}:${order + 1}` : `${index + 1}`, to, newline, escape))));
}

/** Lines of one sentence are one text; each speaker's dash, and a blank line, begins another. */
function splitSpeakers(lines: Line[]): Line[][] {
  const texts: Line[][] = [];
  let open = false;
  for (const line of lines) {
    const isBlank = line.text.trim() === '';
    if (isBlank) open = false;
    else if (open && !speakerDash.test(line.text)) texts.at(-1)!.push(line);
    else {
      texts.push([line]);
      open = true;
    }
  }
  return texts;
}

const speakerDash = /^\s*(?:<[^<>]*>|\{\\[^{}]*\})*\s*[-–—]/;

/** Reading speeds of timed text as broadcasters ask for them: half as many characters where each is a word. */
function readableLength(to: string): number {
  return /^(?:zh|ko|yue)\b/i.test(to) ? 16 : /^ja\b/i.test(to) ? 13 : 42;
}

function spokenSlot(lines: Line[], id: string, to: string, newline: string, escape: (target: string, source: string) => string): Slot {
  const [first, last] = [lines[0]!, lines.at(-1)!];
  const from = /^\s*(?:[-–—]+\s*)?/.exec(first.text)![0].length;
  const source = joinLines(lines.map(({ text }, index) => (index === 0 ? text.slice(from) : text)));
  const segment: Segment = {
    id,
    source,
    place: `line ${first.number}, subtitle ${id}`,
    lineLength: Math.max(readableLength(to), ...(readableLength(to) === 42 ? lines.map(({ text }) => widthOf(text)) : [])),
    lines: lines.length,
    translatable: isTranslatable(source),
  };
  const [start, end] = [first.start + from, last.start + last.text.trimEnd().length];
  return {
    start,
    end,
    segments: source === '' ? [] : [segment],
    print([target = source], slice) {
      if (target === source) return slice(start, end);
      // An arrow would be read as a timing.
      return wrapToLines(escape(target.replaceAll('-->', '→'), source), lines.length).join(newline);
    },
  };
}
