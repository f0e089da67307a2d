import { freemem } from 'node:os';
import { TaskError } from '@glm-tasks/weights';

/** Words and their vectors. A word's rank is its place in the file: files of word vectors begin with the most frequent words. */
export interface WordTable {
  /** Says how many words the file has, where it says so, and how many numbers each. */
  begin(dimensions: number, words?: number): void;
  wants(word: string): boolean;
  /** Room for the vector of the next word; to be filled at once. */
  add(word: string, rank: number): Float32Array;
  /** Words in the file, wanted or not. */
  end(words: number): void;
  find(word: string): { vector: Float32Array; rank: number } | undefined;
  readonly dimensions: number;
  readonly wordsInFile: number;
  readonly size: number;
}

export interface WordTableOptions {
  file: string;
  fail: (problem: string) => never;
  vocabulary: readonly string[] | undefined;
  memoryBudget: number | undefined;
}

const mostDimensions = 4096;
const mostWords = 20_000_000;
const firstRows = 1024;
// A word, its place in the map and its rank, rounded up from what Node takes for a million words.
const BYTES_PER_WORD = 120;
const BUDGET_SHARE = 0.85;

export function createWordTable({ file, fail, vocabulary, memoryBudget }: WordTableOptions): WordTable {
  const wanted = vocabulary && new Set(vocabulary.flatMap((word) => [word, word.toLowerCase()]));
  const budget = memoryBudget ?? freemem() * BUDGET_SHARE;
  const rows = new Map<string, number>();
  let ranks = new Uint32Array(0);
  let values = new Float32Array(0);
  let dimensions = 0;
  let wordsInFile = 0;

  function reserve(count: number): void {
    const needBytes = count * (dimensions * Float32Array.BYTES_PER_ELEMENT + BYTES_PER_WORD);
    if (needBytes > budget) {
      const [need, have] = [needBytes, budget].map((bytes) => Math.ceil(bytes / 1e6));
      throw new TaskError('insufficient_memory', `${file} needs ${need} MB for ${count} words of ${dimensions} numbers, but the budget is ${have} MB. Give "vocabulary" to keep only its words.`, {
        details: { needBytes, budgetBytes: budget },
      });
    }
    const [oldValues, oldRanks] = [values, ranks];
    values = new Float32Array(count * dimensions);
    values.set(oldValues);
    ranks = new Uint32Array(count);
    ranks.set(oldRanks);
  }

  const rowAt = (row: number): Float32Array => values.subarray(row * dimensions, (row + 1) * dimensions);

  return {
    begin(given, words) {
      if (!Number.isSafeInteger(given) || given < 1 || given > mostDimensions) fail(`its vectors have ${given} numbers; 1 to ${mostDimensions} are read`);
      if (words !== undefined && (words < 1 || words > mostWords)) fail(`it says that it has ${words} words; 1 to ${mostWords} are read`);
      dimensions = given;
      reserve(Math.min(words ?? firstRows, wanted?.size ?? Infinity));
    },
    wants: (word) => wanted?.has(word) ?? true,
    add(word, rank) {
      if (rows.has(word)) fail(`it has the word ${JSON.stringify(word.slice(0, 80))} twice`);
      if (rows.size === ranks.length) reserve(Math.min(Math.max(firstRows, 2 * rows.size), wanted?.size ?? Infinity));
      const row = rows.size;
      rows.set(word, row);
      ranks[row] = rank;
      return rowAt(row);
    },
    end(words) {
      if (words === 0) fail('it holds no word');
      wordsInFile = words;
    },
    find(word) {
      const row = rows.get(word);
      return row === undefined ? undefined : { vector: rowAt(row), rank: ranks[row]! };
    },
    get dimensions() {
      return dimensions;
    },
    get wordsInFile() {
      return wordsInFile;
    },
    get size() {
      return rows.size;
    },
  };
}
