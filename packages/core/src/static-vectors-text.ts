import { createReadStream } from 'node:fs';
import type { VectorSource } from './static-vectors.ts';

const [TAB, NEWLINE, RETURN, SPACE, DOT, PLUS, MINUS, ZERO] = [9, 10, 13, 32, 46, 43, 45, 48] as const;
const longestWord = 4096;
const longestNumber = 40;
const mostFirstLine = 1 << 17;

/** A word and its numbers a line, separated by spaces; a word may hold spaces itself, so lines are read from their end. */
export async function readTextVectors(source: VectorSource): Promise<void> {
  const { table, fail } = source;
  let announced: number | undefined;
  let words = 0;
  let isFirst = true;

  function readLine(line: Buffer, number: number): void {
    if (isFirst) {
      isFirst = false;
      const header = /^(\d{1,12})[ \t](\d{1,12})\s*$/.exec(line.toString('latin1'));
      if (header) {
        announced = Number(header[1]);
        return table.begin(Number(header[2]), announced);
      }
      table.begin(line.toString('latin1').trimEnd().split(/[ \t]+/).length - 1);
    }
    const starts = findFields(line, table.dimensions);
    if (starts === undefined) return fail(`line ${number} has fewer than ${table.dimensions} numbers`);
    const wordEnd = skipSpacesBack(line, starts[0]!);
    if (wordEnd === 0 || wordEnd > longestWord) fail(`line ${number} has a word of ${wordEnd} bytes`);
    const word = decode(line.subarray(0, wordEnd));
    if (word === undefined) return fail(`the word in line ${number} is not valid UTF-8`);
    if (table.wants(word)) {
      const vector = table.add(word, words);
      starts.forEach((start, at) => {
        const value = readNumber(line, start);
        if (!Number.isFinite(value)) fail(`line ${number} has ${JSON.stringify(line.toString('latin1', start, start + 20).split(/[\s]/)[0])} where a number should be`);
        vector[at] = value;
      });
    }
    words++;
    if (announced !== undefined && words > announced) fail(`it says that it has ${announced} words, but there are more`);
  }

  await forEachLine(source, () => (isFirst ? mostFirstLine : longestWord + table.dimensions * longestNumber), readLine);
  if (announced !== undefined && words !== announced) fail(`it says that it has ${announced} words, but there are ${words}`);
  table.end(words);
}

async function forEachLine({ path, signal, onRead, fail }: VectorSource, longest: () => number, readLine: (line: Buffer, number: number) => void): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  let read = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
    const chunk = rest.length === 0 ? (piece as Buffer) : Buffer.concat([rest, piece as Buffer]);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      number++;
      if (end - start > longest()) fail(`line ${number} is ${end - start} bytes long`);
      readLine(chunk.subarray(start, end), number);
      start = end + 1;
    }
    rest = chunk.subarray(start);
    if (rest.length > longest()) fail(`line ${number + 1} is longer than ${longest()} bytes`);
    onRead((read += (piece as Buffer).length));
  }
  if (rest.length > 0) readLine(rest, number + 1);
}

/** Where the last `count` fields begin. */
function findFields(line: Buffer, count: number): number[] | undefined {
  const starts = new Array<number>(count);
  let end = line.length;
  for (let field = count - 1; field >= 0; field--) {
    end = skipSpacesBack(line, end);
    let start = end;
    while (start > 0 && !isSpace(line[start - 1]!)) start--;
    if (start === 0) return undefined;
    starts[field] = start;
    end = start;
  }
  return starts;
}

function skipSpacesBack(line: Buffer, end: number): number {
  let at = end;
  while (at > 0 && isSpace(line[at - 1]!)) at--;
  return at;
}

const isSpace = (byte: number): boolean => byte === SPACE || byte === TAB || byte === RETURN;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The number that begins there; NaN where none does. Digits are added up as they come, which is several times faster than `Number`. */
function readNumber(line: Buffer, start: number): number {
  let at = start;
  const sign = line[at] === MINUS ? -1 : 1;
  if (line[at] === MINUS || line[at] === PLUS) at++;
  let mantissa = 0;
  let digits = 0;
  let scale = 0;
  for (let afterDot = false; at < line.length; at++) {
    const byte = line[at]!;
    if (byte === DOT && !afterDot) afterDot = true;
    else if (byte >= ZERO && byte <= ZERO + 9 && digits < 15) {
      mantissa = mantissa * 10 + (byte - ZERO);
      digits++;
      if (afterDot) scale++;
    } else break;
  }
  if (digits > 0 && (at === line.length || isSpace(line[at]!))) return (sign * mantissa) / 10 ** scale;
  // Exponents and numbers with many digits are rare.
  let end = start;
  while (end < line.length && !isSpace(line[end]!)) end++;
  const text = line.toString('latin1', start, end);
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Math.fround(Number(text)) : Number.NaN;
}
