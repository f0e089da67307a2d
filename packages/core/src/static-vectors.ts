import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { TaskError } from '@glm-tasks/weights';
import { readBinaryVectors } from './static-vectors-binary.ts';
import { readTextVectors } from './static-vectors-text.ts';
import { createWordTable, type WordTable } from './static-vectors-table.ts';

export interface VectorFileOptions {
  /** Only these words are kept, and their forms in small letters: a file of gigabytes then takes what its words take. @default all */
  vocabulary?: readonly string[] | undefined;
  /** Bytes the words and their vectors may take. @default 85 % of the free memory */
  memoryBudget?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Called with the bytes read so far, and the file's size. */
  onRead?: ((bytes: number, total: number) => void) | undefined;
}

/** What both kinds of file are read from. */
export interface VectorSource {
  path: string;
  bytes: number;
  table: WordTable;
  signal: AbortSignal | undefined;
  onRead: (bytes: number) => void;
  fail: (problem: string) => never;
}

const vectorFile = /\.(vec|txt|bin)$/i;
const fastTextMagic = 793_712_314;

export function isVectorFile(name: string): boolean {
  return vectorFile.test(name);
}

/**
 * Reads word vectors from a stream: the text form of word2vec, fastText and GloVe (`.vec`, `.txt`: a word and its numbers a line, with or
 * without a first line that counts both), or the binary form of word2vec (`.bin`).
 *
 * @throws TaskError `model_not_found`; `invalid_model_file` for wrong counts, numbers that are none, words that come twice, a file that is cut
 * off; `unsupported_model` for the binary models of fastText; `insufficient_memory`; `aborted`
 */
export async function readVectorFile(path: string, options: VectorFileOptions = {}): Promise<WordTable> {
  const file = basename(path);
  const fail = (problem: string): never => {
    throw new TaskError('invalid_model_file', `${file} is not a sound file of word vectors: ${problem}. Fetch the file again.`, { details: { file } });
  };
  const { bytes, head } = await look(path);
  if (bytes >= 4 && head.readInt32LE(0) === fastTextMagic) {
    throw new TaskError('unsupported_model', `${file} is a model of fastText in its own binary form. Take the file of vectors (.vec) that is published beside it.`, { details: { file } });
  }
  if (bytes >= 2 && head.readUInt16BE(0) === 0x1f8b) throw new TaskError('unsupported_model', `${file} is compressed with gzip. Unpack it first.`, { details: { file } });
  const table = createWordTable({ file, fail, vocabulary: options.vocabulary, memoryBudget: options.memoryBudget });
  const source: VectorSource = { path, bytes, table, signal: options.signal, onRead: (read) => options.onRead?.(read, bytes), fail };
  try {
    await (/\.bin$/i.test(path) ? readBinaryVectors(source) : readTextVectors(source));
  } catch (error) {
    if (options.signal?.aborted) throw new TaskError('aborted', `Reading ${file} was stopped.`, { cause: error });
    throw error;
  }
  return table;
}

async function look(path: string): Promise<{ bytes: number; head: Buffer }> {
  const handle = await open(path).catch((cause: unknown) => {
    throw new TaskError('model_not_found', `There is no file "${path}" that can be read.`, { cause, details: { path } });
  });
  try {
    const head = Buffer.alloc(4);
    await handle.read(head, 0, 4, 0);
    return { bytes: (await handle.stat()).size, head };
  } finally {
    await handle.close();
  }
}
