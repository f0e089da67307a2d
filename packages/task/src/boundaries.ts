/** How well a text can be cut at a place: the higher, the better. Inside code and quoted speech everything counts as a clause. */
export const LEVEL = { grapheme: 0, word: 1, clause: 2, semicolon: 3, sentence: 4, line: 5, paragraph: 6 } as const;
export type Level = (typeof LEVEL)[keyof typeof LEVEL];

/** A stretch of text in UTF-16 offsets, and how good a cut its end is. */
export interface Piece {
  start: number;
  end: number;
  level: Level;
}

/** Shorter stretches join the next one: a heading stays with its text, and a text of full stops makes no million pieces. */
const SHORTEST_PIECE = 8;
const CLOSERS = `["'”’)\\]»」』）】》]*`;
const sentenceMark = new RegExp(`(?:[。！？｡!?…]+|\\.+)${CLOSERS}\\s*|；${CLOSERS}\\s*`, 'gu');
/** A full stop after these ends no sentence. */
const abbreviation = /(?:^|[\s("“])(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|No|Inc|Ltd|Co|Corp|Gen|Sen|Rep|Gov|Fig|approx|e\.g|i\.e|[A-Z](?:\.[A-Z])*)$/;
const upToClause = /^.*[，、,：:;；—)）]\s*/su;
const upToSpace = /^.*\s/su;
/** A joined emoji has up to some 20 UTF-16 units; what is longer is a letter buried in marks, and may be cut. */
const LONGEST_GRAPHEME = 32;
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Cuts a text into sentence-sized pieces that cover it without gap or overlap. Linear in the length of the text. */
export function findPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  let insideFence = false;
  const cut = (end: number, level: Level, shortest = SHORTEST_PIECE) => {
    if (end - start < shortest || !startsGrapheme(text, end)) return;
    pieces.push({ start, end, level });
    start = end;
  };
  for (let lineStart = 0; lineStart < text.length; ) {
    const newline = text.indexOf('\n', lineStart);
    const lineEnd = newline < 0 ? text.length : newline + 1;
    const fence = isFence(text, lineStart);
    if (fence) insideFence = !insideFence;
    if (!insideFence && !fence && !isTableRow(text, lineStart, lineEnd)) {
      for (const { end, level } of findSentenceEnds(text.slice(lineStart, lineEnd))) {
        if (lineStart + end < lineEnd) cut(lineStart + end, level);
      }
    }
    const afterBlank = skipBlankLines(text, lineEnd);
    const closesFence = fence && !insideFence;
    cut(afterBlank, insideFence ? LEVEL.clause : afterBlank > lineEnd ? LEVEL.paragraph : LEVEL.line, closesFence ? 1 : SHORTEST_PIECE);
    lineStart = afterBlank;
  }
  if (start < text.length) pieces.push({ start, end: text.length, level: LEVEL.paragraph });
  return pieces;
}

/**
 * Cuts one piece into pieces of at most `most` UTF-16 units: after a clause if one ends in the second half, else after a word, else
 * between graphemes. A grapheme longer than `most` stays whole up to 32 units. Never inside a surrogate pair.
 */
export function splitPiece(text: string, piece: Piece, most: number): Piece[] {
  const pieces: Piece[] = [];
  let start = piece.start;
  while (piece.end - start > most) {
    const [end, level] = findCut(text, start, start + most);
    pieces.push({ start, end, level });
    start = end;
  }
  pieces.push({ start, end: piece.end, level: piece.level });
  return pieces;
}

/** Where sentences of one line end, the space behind them included. */
export function* findSentenceEnds(line: string): Generator<{ end: number; level: Level }> {
  let quoted = 0;
  let seen = 0;
  for (const { 0: mark, index } of line.matchAll(sentenceMark)) {
    const end = index + mark.length;
    quoted = followQuotes(line, seen, end, quoted);
    seen = end;
    if (mark.startsWith('.') && !endsSentence(line, index, mark)) continue;
    if (/^[!?]/.test(mark) && !/\s$/.test(mark) && end < line.length && !standsInHan(line, index, end)) continue; // a URL or code: "a?b=c"
    yield { end, level: quoted > 0 ? LEVEL.clause : mark.startsWith('；') ? LEVEL.semicolon : LEVEL.sentence };
  }
}

function endsSentence(line: string, index: number, mark: string): boolean {
  const end = index + mark.length;
  if (end === line.length) return true;
  if (!/\s$/.test(mark)) return standsInHan(line, index, end); // not in 3.14, example.org
  if (/^\p{Ll}/u.test(line.slice(end, end + 2))) return false;
  return !abbreviation.test(line.slice(Math.max(0, index - 12), index));
}

/** Chinese typed with Western marks has no space behind them. */
function standsInHan(line: string, index: number, end: number): boolean {
  return /[\p{Script=Han}”’」』）)]$/u.test(line.slice(Math.max(0, index - 2), index)) && /^[\p{Script=Han}“‘「『（(]/u.test(line.slice(end, end + 2));
}

/** Quoted speech deeper than zero at `to`. Unbalanced marks do no harm: the count starts anew with every line. */
function followQuotes(line: string, from: number, to: number, depth: number): number {
  for (let index = from; index < to; index++) {
    const mark = line[index] as string;
    if (mark === '“' || mark === '「' || mark === '『') depth++;
    else if ((mark === '”' || mark === '」' || mark === '』') && depth > 0) depth--;
    else if (mark === '"') depth = depth > 0 ? depth - 1 : 1;
  }
  return depth;
}

function findCut(text: string, start: number, limit: number): [end: number, level: Level] {
  const half = start + Math.ceil((limit - start) / 2);
  const window = text.slice(half, limit);
  for (const [pattern, level] of [[upToClause, LEVEL.clause], [upToSpace, LEVEL.word]] as const) {
    const found = pattern.exec(window);
    if (found && startsGrapheme(text, half + found[0].length)) return [half + found[0].length, level];
  }
  const { index = 0, segment = '' } = graphemes.segment(text.slice(start, limit + LONGEST_GRAPHEME)).containing(limit - start) ?? {};
  if (index > 0) return [start + index, LEVEL.grapheme];
  if (segment.length <= LONGEST_GRAPHEME) return [start + segment.length, LEVEL.grapheme];
  return [isLowSurrogate(text, limit) ? limit + 1 : limit, LEVEL.grapheme];
}

/** For an `end` behind punctuation or space, whose grapheme can only be continued by the very next character. */
function startsGrapheme(text: string, end: number): boolean {
  const next = text.charCodeAt(end);
  if (end >= text.length || (next > 0x20 && next < 0x300) || (next >= 0x4e00 && next <= 0x9fff)) return true; // nothing below U+0300 combines
  if (next >= 0x300 && next < 0x370) return false; // combining accents: the common case, without the cost below
  return graphemes.segment(text.slice(end - 1, end + 2)).containing(1)?.index === 1;
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  const before = text.charCodeAt(index - 1);
  return unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
}

function isFence(text: string, lineStart: number): boolean {
  return /^ {0,3}(?:```|~~~)/.test(text.slice(lineStart, lineStart + 6));
}

function isTableRow(text: string, lineStart: number, lineEnd: number): boolean {
  // A longer row is no table a model could read as one; it may be cut.
  if (lineEnd - lineStart > 2_000) return false;
  const line = text.slice(lineStart, lineEnd).trim();
  return line.length > 1 && line.startsWith('|') && line.endsWith('|');
}

function skipBlankLines(text: string, from: number): number {
  let end = from;
  for (let index = from; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0x0a) end = index + 1;
    else if (unit !== 0x20 && unit !== 0x09 && unit !== 0x0d && unit !== 0x3000) break;
  }
  return end;
}
