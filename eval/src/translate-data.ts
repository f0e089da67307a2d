import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SentencePair {
  zh: string;
  en: string;
}

const FILE = 'flores-dev.zh-en.jsonl';

/** The pairs in a folder, or a text that says what is missing. */
export function readPairs(folder: string | undefined): SentencePair[] | string {
  const what = `${FILE}: sentence pairs { id, zh, en } one a line; FLORES-200 dev, CC BY-SA 4.0, github.com/facebookresearch/flores. It is not part of this project; "--only glossary,strings" needs none.`;
  if (folder === undefined) return `Give the folder of the data set: pnpm eval translate --data DIR. It needs\n  ${what}`;
  if (!existsSync(join(folder, FILE))) return `"${folder}" lacks\n  ${what}`;
  return readFileSync(join(folder, FILE), 'utf8').split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as SentencePair);
}
