import { basename } from 'node:path';
import { TaskError } from '@glm-tasks/weights';
import type { Engine } from './engine.ts';
import { normalise } from './engines/embed-texts.ts';
import { refuseToWrite } from './refuse-to-write.ts';
import { readVectorFile, type VectorFileOptions } from './static-vectors.ts';
import type { WordTable } from './static-vectors-table.ts';

// a of a / (a + p): Arora, Liang and Ma, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings" (ICLR 2017), section 3.
const SMOOTHING = 1e-3;
const TEXTS_AT_A_TIME = 64;
const EULER = 0.577_215_664_9;

/**
 * Embeds texts by the vectors of their words, where a transformer is too heavy: thousands of texts a second, and no order of words. A text's
 * vector is the weighted sum of its words' vectors, rare words counting more: smooth inverse frequency (see above), with a word's frequency
 * taken by Zipf's law from its place in the file, since these files begin with the most frequent words (fastText's and word2vec's do). Words
 * come from `Intl.Segmenter`; one that is not in the file is looked for in small letters, and a Chinese one by its characters. A text without
 * any known word has a vector of zeros.
 *
 * @throws TaskError what `readVectorFile` throws
 */
export async function createVectorEngine(path: string, options: VectorFileOptions = {}): Promise<Engine> {
  const table = await readVectorFile(path, options);
  const name = `vectors:${basename(path)}`;
  const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });
  const cutIntoWords = (text: string): string[] => [...segmenter.segment(text)].flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []));
  return {
    name,
    contextLength: Number.MAX_SAFE_INTEGER,
    slots: 1,
    can: { json: [], choices: false, logprobs: false, embed: true, tokens: false },
    stream: () => refuseToWrite(name),
    countTokens: async (texts) => ({ counts: texts.map((text) => cutIntoWords(text).length), exact: true }),
    async embed(texts, { signal } = {}) {
      const vectors: Float32Array[] = [];
      for (const [index, text] of texts.entries()) {
        if (signal?.aborted) throw new TaskError('aborted', 'The request was aborted.', { cause: signal.reason });
        // Other work has its turn, and an abort is heard.
        if (index % TEXTS_AT_A_TIME === TEXTS_AT_A_TIME - 1) await new Promise((resolve) => setImmediate(resolve));
        vectors.push(embedWords(cutIntoWords(text), table));
      }
      return vectors;
    },
    async dispose() {},
  };
}

function embedWords(words: readonly string[], table: WordTable): Float32Array {
  const sum = new Float32Array(table.dimensions);
  // The sum of 1/rank over all words.
  const harmonic = Math.log(table.wordsInFile) + EULER;
  for (const { vector, rank } of words.flatMap((word) => findWord(word, table))) {
    const frequency = 1 / ((rank + 1) * harmonic);
    const weight = SMOOTHING / (SMOOTHING + frequency);
    for (let at = 0; at < sum.length; at++) sum[at]! += weight * vector[at]!;
  }
  return normalise(sum);
}

function findWord(word: string, table: WordTable): { vector: Float32Array; rank: number }[] {
  const found = table.find(word) ?? table.find(word.toLowerCase());
  if (found !== undefined) return [found];
  const characters = [...word];
  if (characters.length === 1 || !/^\p{Script=Han}+$/u.test(word)) return [];
  return characters.flatMap((character) => table.find(character) ?? []);
}
