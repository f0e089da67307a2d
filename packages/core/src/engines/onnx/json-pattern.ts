/** A regular expression for what stands between the quotes of a JSON string, to be matched whole. */
export interface JsonPattern {
  pattern: string;
  /** False where more texts match: a look at what comes before or after was left out, a long count, a part of what lies beyond ASCII. */
  exact: boolean;
}

type Range = [from: number, to: number];

const LAST = 0x10ffff;
const LAST_ASCII = 0x7f;
const DIGITS: Range[] = [[0x30, 0x39]];
const WORD: Range[] = [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
const SPACE: Range[] = [[9, 13], [0x20, 0x20], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff]];
const LINE_ENDS: Range[] = [[10, 10], [13, 13], [0x2028, 0x2029]];
/** What JSON strings hold only escaped, and what is no character. */
const ESCAPED: Range[] = [[0, 0x1f], [0x22, 0x22], [0x5c, 0x5c], [0xd800, 0xdfff]];
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, b: 8 };

/**
 * Turns the `pattern` of a JSON Schema, a JavaScript expression searched anywhere in a text, into one for a grammar, where
 * "." and classes would else match a quote and break the string. Inside classes characters that JSON must escape are left out, so
 * what matches is valid, but not all that is valid matches.
 *
 * @returns nothing for what a grammar cannot hold: references back, word boundaries, Unicode properties, anchors in the middle
 */
export function toJsonPattern(source: string): JsonPattern | undefined {
  const reader = { source: [...source], at: 0 };
  const { source: letters } = reader;
  const parts: string[] = [];
  let exact = true;
  let depth = 0;
  const alternatives = { top: false };
  const anchoredStart = letters[0] === '^';
  if (anchoredStart) reader.at = 1;
  let anchoredEnd = false;

  while (reader.at < letters.length) {
    const letter = letters[reader.at++]!;
    if (letter === '$' && reader.at === letters.length) anchoredEnd = true;
    else if (letter === '^' || letter === '$') return undefined;
    else if (letter === '(') {
      const look = /^\?<?[=!]/.exec(letters.slice(reader.at, reader.at + 3).join(''));
      if (look !== null) {
        if (!skipGroup(reader)) return undefined;
        exact = false;
      } else {
        if (!skipGroupName(reader)) return undefined;
        depth++;
        parts.push('(');
      }
    } else if (letter === ')') {
      depth--;
      parts.push(')');
    } else if (letter === '|') {
      alternatives.top ||= depth === 0;
      parts.push('|');
    } else if ('*+?{'.includes(letter)) {
      const quantifier = readQuantifier(reader, letter);
      const count = widen(quantifier, parts.at(-1) ?? '');
      exact &&= count === quantifier;
      parts.push(count);
    } else {
      const ranges = letter === '[' ? readClass(reader) : letter === '.' ? invert(LINE_ENDS) : letter === '\\' ? readEscape(reader) : single(letter.codePointAt(0)!);
      const written = ranges && writeRanges(ranges);
      if (written === undefined) return undefined;
      exact &&= isSingle(ranges!) || isHeld(ranges!);
      parts.push(written);
    }
  }
  if (depth !== 0 || (alternatives.top && (anchoredStart || anchoredEnd))) return undefined;
  const body = alternatives.top ? `(${parts.join('')})` : parts.join('');
  const anything = `${writeRanges([[0, LAST]])!}*`;
  return { pattern: `${anchoredStart ? '' : anything}${body}${anchoredEnd ? '' : anything}`, exact };
}

interface Reader {
  source: string[];
  at: number;
}

const single = (code: number): Range[] => [[code, code]];

/** Goes behind the group whose bracket has been read. */
function skipGroup(reader: Reader): boolean {
  for (let depth = 1, inClass = false; reader.at < reader.source.length; ) {
    const letter = reader.source[reader.at++];
    if (letter === '\\') reader.at++;
    else if (inClass) inClass = letter !== ']';
    else if (letter === '[') inClass = true;
    else if (letter === '(') depth++;
    else if (letter === ')' && --depth === 0) return true;
  }
  return false;
}

function skipGroupName(reader: Reader): boolean {
  const start = /^\?(?::|<[\p{ID_Start}$_][\p{ID_Continue}$]*>)/u.exec(reader.source.slice(reader.at).join(''));
  if (start !== null) reader.at += [...start[0]].length;
  return start !== null || reader.source[reader.at] !== '?';
}

function readQuantifier(reader: Reader, first: string): string {
  let written = first;
  if (first === '{') {
    while (reader.at < reader.source.length && !written.endsWith('}')) written += reader.source[reader.at++];
  }
  // Which of the matches a lazy quantifier prefers makes no difference to what matches.
  if (reader.source[reader.at] === '?') reader.at++;
  return written;
}

/** A grammar has a rule for every repetition, and one for most of the vocabulary takes 50 ms to compile. */
function widen(quantifier: string, repeated: string): string {
  const [, least = '', most = ''] = /^\{(\d+)(?:,(\d*))?\}$/.exec(quantifier) ?? [];
  if (!repeated.startsWith('[^') || Math.max(Number(least), Number(most)) <= 16) return quantifier;
  return Number(least) <= 16 ? `{${least},}` : '*';
}

function readClass(reader: Reader): Range[] | undefined {
  const negated = reader.source[reader.at] === '^';
  if (negated) reader.at++;
  const ranges: Range[] = [];
  while (reader.at < reader.source.length && reader.source[reader.at] !== ']') {
    const from = readClassMember(reader, negated);
    if (from === undefined) return undefined;
    if (reader.source[reader.at] === '-' && reader.source[reader.at + 1] !== ']' && isSingle(from)) {
      reader.at++;
      const to = readClassMember(reader, negated);
      if (to === undefined || !isSingle(to) || to[0]![0] < from[0]![0]) return undefined;
      ranges.push([from[0]![0], to[0]![0]]);
    } else ranges.push(...from);
  }
  if (reader.source[reader.at++] !== ']') return undefined;
  return negated ? invert(ranges) : ranges;
}

const isSingle = (ranges: Range[]): boolean => ranges.length === 1 && ranges[0]![0] === ranges[0]![1];

function readClassMember(reader: Reader, negated: boolean): Range[] | undefined {
  const letter = reader.source[reader.at++]!;
  return letter === '\\' ? readEscape(reader, true, negated) : single(letter.codePointAt(0)!);
}

function readEscape(reader: Reader, inClass = false, negated = false): Range[] | undefined {
  const letter = reader.source[reader.at++];
  switch (letter) {
    case 'd':
      return DIGITS;
    case 'D':
      return invert(DIGITS);
    case 'w':
      return WORD;
    case 'W':
      return invert(WORD);
    case 's':
      // One kind of space is enough, and the others cannot be held.
      return negated ? SPACE : single(0x20);
    case 'S':
      return invert(SPACE);
    case 'x':
    case 'u': {
      const digits = /^(?:\{([\da-f]{1,6})\}|([\da-f]{2})([\da-f]{2})?)/i.exec(reader.source.slice(reader.at).join(''));
      if (digits === null || (letter === 'u' && digits[1] === undefined && digits[3] === undefined)) return undefined;
      const hex = digits[1] ?? (letter === 'x' ? digits[2]! : digits[2]! + digits[3]!);
      reader.at += digits[1] === undefined ? hex.length : digits[0].length;
      return single(Number.parseInt(hex, 16));
    }
    default:
      if (letter === undefined || /[1-9Bckp]/i.test(letter) && !(inClass && letter === 'b')) return undefined;
      return single(CONTROLS[letter] ?? letter.codePointAt(0)!);
  }
}

function invert(ranges: Range[]): Range[] {
  const inverted: Range[] = [];
  let next = 0;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (from > next) inverted.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  return next <= LAST ? [...inverted, [next, LAST]] : inverted;
}

function writeRanges(ranges: Range[]): string | undefined {
  // One character of the expression may stand escaped in the JSON.
  if (isSingle(ranges)) return writeCharacter(ranges[0]![0]);
  const kept = invert([...invert(ranges), ...ESCAPED]);
  if (kept.length === 0) return undefined;
  const written = (some: Range[]): string => some.map(([from, to]) => (from === to ? writeCode(from) : `${writeCode(from)}-${writeCode(to)}`)).join('');
  if (kept.at(-1)![1] <= LAST_ASCII) return `[${written(kept)}]`;
  return `[^${written(invert(kept).filter(([from]) => from <= LAST_ASCII).map(([from, to]) => [from, Math.min(to, LAST_ASCII)]))}]`;
}

/**
 * Whether the grammar can hold a class as it is. XGrammar 0.1.27 takes almost anything for a class with some of the characters beyond
 * ASCII, but does well with all of them or none; so some become all.
 */
function isHeld(ranges: Range[]): boolean {
  const missing = invert([...ranges, ...LINE_ENDS, [0, LAST_ASCII]]);
  return missing.length === 0 || ranges.every(([, to]) => to <= LAST_ASCII);
}

function writeCharacter(code: number): string | undefined {
  if (code >= 0xd800 && code <= 0xdfff) return undefined;
  const escaped = JSON.stringify(String.fromCodePoint(code)).slice(1, -1);
  const written = Array.from(escaped, (letter) => writeCode(letter.codePointAt(0)!)).join('');
  return escaped.length > 1 && code < 0x80 ? `(${written})` : written;
}

function writeCode(code: number): string {
  const letter = String.fromCodePoint(code);
  return /[a-z0-9 _]/i.test(letter) && code < 0x80 ? letter : code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
