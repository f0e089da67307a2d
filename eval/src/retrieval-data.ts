import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A question on a paragraph. */
export interface SpanQuestion {
  id: string;
  context: string;
  question: string;
  answers: string[];
}

export interface Intent {
  intent: string;
  examples: string[];
}

export interface LabelledText {
  text: string;
  intent: string;
}

const FILES = {
  'cmrc2018-trial.jsonl': 'questions { id, context, question, answers } in Chinese: CMRC 2018 trial, CC BY-SA 4.0, github.com/ymcui/cmrc2018',
  'banking77-faq.jsonl': 'intents { intent, examples } of a bank: Banking77, CC BY 4.0, github.com/PolyAI-LDN/task-specific-datasets',
  'banking77-dev.jsonl': 'texts { text, intent } to tell the intent of: Banking77',
} as const;

export interface RetrievalData {
  questions: SpanQuestion[];
  intents: Intent[];
  texts: LabelledText[];
}

/** The sets in a folder, or a text that says what is missing. */
export function readRetrievalData(folder: string | undefined): RetrievalData | string {
  const missing = Object.entries(FILES).filter(([file]) => folder === undefined || !existsSync(join(folder, file)));
  const list = missing.map(([file, what]) => `  ${file}  ${what}`).join('\n');
  if (folder === undefined) return `Give the folder of the data sets: --data DIR. It needs\n${list}\nThe sets are not part of this project.`;
  if (missing.length > 0) return `"${folder}" lacks data sets. It needs, one JSON object a line,\n${list}\nThe sets are not part of this project.`;
  const read = <T>(file: keyof typeof FILES) => readFileSync(join(folder, file), 'utf8').split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as T);
  return { questions: read('cmrc2018-trial.jsonl'), intents: read('banking77-faq.jsonl'), texts: read('banking77-dev.jsonl') };
}
