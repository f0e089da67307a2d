import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromPretrained, type LoadOptions } from './from-pretrained.ts';
import { readVectorFile, type VectorFileOptions } from './static-vectors.ts';
import type { WordTable } from './static-vectors-table.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'vectors-'))));
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function write(content: string | Uint8Array, extension = 'vec'): Promise<string> {
  const path = join(folder, `${files++}.${extension}`);
  await writeFile(path, content);
  return path;
}
const read = async (content: string | Uint8Array, extension?: string, options?: VectorFileOptions): Promise<WordTable> => readVectorFile(await write(content, extension), options);
const vectorOf = (table: WordTable, word: string): number[] | undefined => table.find(word) && [...table.find(word)!.vector];

type Entry = [word: string, vector: number[]];

function asText(entries: Entry[], header = true): string {
  const lines = entries.map(([word, vector]) => `${word} ${vector.join(' ')}`);
  return `${header ? `${entries.length} ${entries[0]![1].length}\n` : ''}${lines.join('\n')}\n`;
}

function asBinary(entries: Entry[], lineBreaks = true): Buffer {
  const words = entries.map(([word, vector]) => Buffer.concat([Buffer.from(`${word} `), new Uint8Array(Float32Array.from(vector).buffer), Buffer.from(lineBreaks ? '\n' : '')]));
  return Buffer.concat([Buffer.from(`${entries.length} ${entries[0]![1].length}\n`), ...words]);
}

const some: Entry[] = [['the', [1, 0, 0]], ['cat', [0, 1, 0.5]], ['猫', [0, 1, 0.25]], ['. . .', [-1, 2, 1e-7]]];

describe('a file of word vectors', () => {
  it.each([
    ['fastText and word2vec, text', asText(some), 'vec'],
    ['GloVe: no first line of counts', asText(some, false), 'txt'],
    ['line breaks of Windows, tabs, spaces at the ends of lines', asText(some).replaceAll('\n', ' \r\n').replace('cat ', 'cat\t'), 'vec'],
    ['no line break at the end', asText(some).trimEnd(), 'vec'],
  ])('is read: %s', async (_, content, extension) => {
    const table = await read(content, extension);
    expect(some.map(([word]) => vectorOf(table, word))).toEqual(some.map(([, vector]) => [...Float32Array.from(vector)]));
    expect(table.find('猫')!.rank).toBe(2);
    expect([table.size, table.wordsInFile, table.dimensions]).toEqual([4, 4, 3]);
  });

  it.each([true, false])('is read: word2vec, binary, line breaks %o', async (lineBreaks) => {
    // The binary form has no words with spaces.
    const words = some.slice(0, 3);
    const table = await read(asBinary(words, lineBreaks), 'bin');
    expect(words.map(([word]) => vectorOf(table, word))).toEqual(words.map(([, vector]) => [...Float32Array.from(vector)]));
  });

  it('larger than what is read at once', async () => {
    const entries = Array.from({ length: 9000 }, (_, index): Entry => [`word${index}`, Array.from({ length: 50 }, (__, at) => Math.fround((index * 31 + at) / 7))]);
    for (const table of [await read(asText(entries)), await read(asText(entries, false)), await read(asBinary(entries), 'bin')]) {
      expect(table.size).toBe(9000);
      for (const [word, vector] of [entries[0]!, entries[4321]!, entries[8999]!]) expect(vectorOf(table, word)).toEqual(vector);
    }
  });

  it('with only the words of a vocabulary, in their ranks', async () => {
    const table = await read(asText(some), 'vec', { vocabulary: ['Cat', 'dog'] });
    expect([table.size, table.wordsInFile]).toEqual([1, 4]);
    expect(table.find('cat')!.rank).toBe(1);
    expect(table.find('the')).toBeUndefined();
  });

  it('gives back the numbers as they were written', async () => {
    const number = fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }), fc.integer());
    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 1, maxLength: 20 }), async (vector) => {
        expect(vectorOf(await read(asText([['w', vector]])), 'w')!.map((value) => value + 0)).toEqual([...Float32Array.from(vector)].map((value) => value + 0));
      }),
      { numRuns: 200 },
    );
  });
});

describe('a damaged file is refused with what is wrong', () => {
  it.each<[what: string, content: string | Uint8Array, extension: string, named: string]>([
    ['nothing in it', '', 'vec', 'no word'],
    ['more words announced than there are', asText(some).replace('4 3', '5 3'), 'vec', 'there are 4'],
    ['fewer words announced than there are', asText(some).replace('4 3', '3 3'), 'vec', 'there are more'],
    ['more numbers announced than there are', asText(some).replace('4 3', '4 4'), 'vec', 'line 2'],
    ['an absurd count of numbers', '1 999999999999\na 1\n', 'vec', '999999999999'],
    ['an absurd count of words', '999999999999 1\na 1\n', 'vec', '999999999999'],
    ['NaN', asText(some).replace('0.5', 'nan'), 'vec', '"nan"'],
    ['infinity', asText(some).replace('0.5', 'inf'), 'vec', '"inf"'],
    ['a number too large', asText(some).replace('0.5', '1e39'), 'vec', '"1e39"'],
    ['a number in words', asText(some).replace('0.5', 'half'), 'vec', '"half"'],
    ['half a number', asText(some).replace('0.5', '0.5.5'), 'vec', '"0.5.5"'],
    ['a word that comes twice', asText([...some, ['cat', [1, 1, 1]]]), 'vec', '"cat" twice'],
    ['a line cut off', asText(some).slice(0, -8), 'vec', 'line 5'],
    ['a line without a word', '2 2\na 1 2\n 1 2\n', 'vec', 'line 3'],
    ['a word that is not UTF-8', Buffer.concat([Buffer.from('1 1\n'), Uint8Array.of(0xc3, 0x28), Buffer.from(' 1\n')]), 'vec', 'UTF-8'],
    ['a line without end', `1 1\n${'x'.repeat(3_000_000)}`, 'vec', 'longer'],
    ['no line of counts', Buffer.from('the \0\0\0\0\0\0\0\0\n'), 'bin', 'first line'],
    ['fewer bytes than its counts take', asBinary(some.slice(0, 2)).subarray(0, 20), 'bin', 'bytes at least'],
    ['a last word that is cut off', Buffer.concat([Buffer.from('2 1\n'), Buffer.from('aaaaaaaaaa \0\0\0\0bb \0')]), 'bin', 'cut off after 1'],
    ['more words than it says', Buffer.concat([asBinary(some.slice(0, 2)), asBinary(some.slice(2, 3))]), 'bin', 'there are more'],
    ['a number that is none', asBinary([['a', [Number.NaN]]]), 'bin', 'NaN'],
    ['a word that comes twice', asBinary([['a', [1]], ['a', [2]]]), 'bin', 'twice'],
    ['a word of many bytes', Buffer.concat([Buffer.from('1 1\n'), Buffer.alloc(9000, 120)]), 'bin', 'more than 4096'],
  ])('%s', async (_, content, extension, named) => {
    const error = await read(content, extension).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TaskError', code: 'invalid_model_file' });
    expect((error as Error).message).toContain(named);
  });

  it('what we do not read is called unsupported', async () => {
    await expect(read(Buffer.from([0xba, 0x16, 0x4f, 0x2f, 12, 0, 0, 0]), 'bin')).rejects.toMatchObject({ code: 'unsupported_model' });
    await expect(read(Buffer.from([0x1f, 0x8b, 8, 0]), 'vec')).rejects.toMatchObject({ code: 'unsupported_model' });
    await expect(readVectorFile(join(folder, 'nowhere.vec'))).rejects.toMatchObject({ code: 'model_not_found' });
  });

  it('before more memory is taken than there is', async () => {
    await expect(read('1000000 300\nthe 1\n', 'vec', { memoryBudget: 1e8 })).rejects.toMatchObject({ code: 'insufficient_memory' });
    await expect(read(asText(Array.from({ length: 3000 }, (_, index): Entry => [`w${index}`, [1, 2]]), false), 'txt', { memoryBudget: 2e5 })).rejects.toMatchObject({ code: 'insufficient_memory' });
  });

  it('or read in part, when it is aborted', async () => {
    await expect(read(asText(some), 'vec', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });

  it('whatever bytes are changed: read, or refused with a typed error', async () => {
    for (const [sound, extension] of [[Buffer.from(asText(some)), 'vec'], [asBinary(some.slice(0, 3)), 'bin']] as const) {
      const change = fc.tuple(fc.nat(sound.length - 1), fc.nat(255));
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
          const mutated = Buffer.from(sound);
          for (const [at, byte] of changes) mutated[at] = byte;
          const result = await read(mutated, extension, { memoryBudget: 1e7 }).catch((reason: unknown) => reason);
          if (result instanceof Error) expect(result).toMatchObject({ name: 'TaskError', code: expect.stringMatching(/^(invalid_model_file|insufficient_memory)$/) });
        }),
        { numRuns: 300, seed: 7 },
      );
    }
  });
});

describe('texts are embedded by their words', () => {
  const load = async (entries: Entry[], options?: LoadOptions) => fromPretrained(await write(asText(entries)), options);
  const filler = Array.from({ length: 50 }, (_, index): Entry => [`filler${index}`, [0, 0, 1]]);

  it('rare words count more, order and case do not', async () => {
    await using model = await load([['the', [1, 0, 0]], ...filler, ['cat', [0, 1, 0]]]);
    const [one, other, alone] = await model.embed(['The cat', 'cat THE', 'cat']);
    expect([...one!]).toEqual([...other!]);
    expect(one![1]! / one![0]!).toBeGreaterThan(20);
    expect(Math.hypot(...one!)).toBeCloseTo(1, 6);
    expect([...alone!]).toEqual([0, 1, 0]);
  });

  it('Chinese words that are not in the file by their characters; texts without a known word are zeros', async () => {
    await using model = await load([['猫', [0, 1, 0]], ['咪', [0, 1, 0]], ...filler]);
    const [characters, unknown, empty] = await model.embed(['猫咪', 'unknown', '']);
    expect(characters![1]).toBeCloseTo(1, 6);
    expect([...unknown!, ...empty!]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('and nothing is written', async () => {
    await using model = await load(some, { vocabulary: ['cat'] });
    await expect(model.generate('Hi')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('embed') });
    expect(await model.countTokens(['a cat', ''])).toEqual({ counts: [2, 0], exact: true });
    await expect(model.embed(['a'], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });
});
