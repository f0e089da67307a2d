import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A question, the paragraph that answers it, and the answers people marked in it. */
export interface ReadingCase {
  id: string;
  question: string;
  context: string;
  answers: string[];
}

const FILE = 'cmrc2018-trial.jsonl';

/** The questions in a folder, or a text that says what is missing. */
export function readReadingCases(folder: string | undefined): ReadingCase[] | string {
  const what = `${FILE}: questions { id, context, question, answers } one a line; CMRC 2018 trial, CC BY-SA 4.0, github.com/ymcui/cmrc2018. It is not part of this project.`;
  if (folder === undefined) return `Give the folder of the data set: pnpm eval answer --data DIR. It needs\n  ${what}`;
  if (!existsSync(join(folder, FILE))) return `"${folder}" lacks\n  ${what}`;
  return readFileSync(join(folder, FILE), 'utf8').split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as ReadingCase);
}
