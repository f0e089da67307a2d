import { createReadStream } from 'node:fs';
import type { VectorSource } from './static-vectors.ts';

const [NEWLINE, SPACE] = [10, 32] as const;
const longestWord = 4096;
const longestHeader = 64;

/** The binary form of word2vec: a line with both counts, then for each word its bytes, a space, and its numbers as float32, little-endian. */
export async function readBinaryVectors(source: VectorSource): Promise<void> {
  const { path, bytes, table, signal, onRead, fail } = source;
  let rest: Buffer = Buffer.alloc(0);
  let read = 0;
  let announced: number | undefined;
  let words = 0;

  /** Reads the entry that begins there and says how long it is; 0 where it is not whole yet, or there is none. */
  function take(buffer: Buffer, at: number): number {
    if (at === buffer.length || words === announced) return 0;
    if (announced === undefined) return takeHeader(buffer);
    // Some writers end each vector with a line break, others do not.
    const start = buffer[at] === NEWLINE ? at + 1 : at;
    const space = buffer.indexOf(SPACE, start);
    if (space < 0 && buffer.length - start <= longestWord) return 0;
    if (space < 0 || space - start > longestWord || space === start) return fail(`word ${words + 1} is ${space < 0 ? 'more than ' + longestWord : space - start} bytes long`);
    const end = space + 1 + table.dimensions * 4;
    if (end > buffer.length) return 0;
    addWord(buffer, start, space);
    return end - at;
  }

  function takeHeader(buffer: Buffer): number {
    const end = buffer.indexOf(NEWLINE);
    if (end < 0 && buffer.length <= longestHeader) return 0;
    const header = /^(\d{1,12}) (\d{1,12})\s*$/.exec(buffer.toString('latin1', 0, Math.min(end < 0 ? longestHeader : end, longestHeader)));
    if (header === null) return fail('its first line does not count its words and numbers');
    announced = Number(header[1]);
    const least = announced * (Number(header[2]) * 4 + 2);
    if (least > bytes) fail(`it says that it has ${announced} words of ${header[2]} numbers, which take ${least} bytes at least, but it has ${bytes}`);
    table.begin(Number(header[2]), announced);
    return end + 1;
  }

  function addWord(buffer: Buffer, start: number, space: number): void {
    const word = decode(buffer.subarray(start, space)) ?? fail(`word ${words + 1} is not valid UTF-8`);
    if (table.wants(word)) {
      const vector = table.add(word, words);
      for (let index = 0; index < vector.length; index++) {
        const value = buffer.readFloatLE(space + 1 + index * 4);
        if (!Number.isFinite(value)) fail(`word ${words + 1} has ${value} where a number should be`);
        vector[index] = value;
      }
    }
    words++;
  }

  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
    const buffer = rest.length === 0 ? (piece as Buffer) : Buffer.concat([rest, piece as Buffer]);
    let at = 0;
    for (let taken = take(buffer, at); taken > 0; taken = take(buffer, at)) at += taken;
    rest = buffer.subarray(at);
    if (words === announced && rest.some((byte) => byte !== NEWLINE)) fail(`it says that it has ${announced} words, but there are more`);
    if (words === announced) rest = Buffer.alloc(0);
    onRead((read += (piece as Buffer).length));
  }
  if (words !== announced) fail(`it says that it has ${announced ?? 'no'} words, but is cut off after ${words}`);
  table.end(words);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
