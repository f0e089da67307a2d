import { availableParallelism, cpus } from 'node:os';
import { fromPretrained } from '@glm-tasks/core';
import { createFileStore, createMemoryStore } from '@glm-tasks/task';
import { readReadingCases } from './answer-data.ts';
import { measureEasy, measureLatency, measureNearMisses, measureReading, type AnswerEvaluation } from './measure-answers.ts';
import { printTable } from './print-table.ts';

export interface AnswerFlags {
  data?: string;
  model: string[];
  only: string;
  limit: string;
  show: string;
  /** A file that remembers what was read: whoever changes thresholds need not read again. */
  store?: string;
}

const SECTIONS = { reading: measureReading, easy: measureEasy, near: measureNearMisses, latency: measureLatency } satisfies Record<string, (evaluation: AnswerEvaluation) => Promise<void>>;
export const ANSWER_SECTIONS = Object.keys(SECTIONS) as (keyof typeof SECTIONS)[];

/** Every section for every model; returns what is wrong with the flags, if anything is. */
export async function evaluateAnswerTask({ data, model: models, only, limit: most, show, store: file }: AnswerFlags): Promise<string | undefined> {
  const chosen = only.split(',');
  const unknown = chosen.filter((name) => !(name in SECTIONS));
  const limit = Number(most);
  if (unknown.length > 0) return `No section is called "${unknown.join('", "')}"; there are ${ANSWER_SECTIONS.join(', ')}.`;
  if (!Number.isInteger(limit) || limit < 1) return `--limit is "${most}"; give a whole number from 1.`;
  const cases = readReadingCases(data);
  if (typeof cases === 'string') return cases;
  for (const name of models) {
    await using model = await fromPretrained(name);
    printTable(`Answers by ${name}`, ['what', 'value'], [
      ['date', new Date().toISOString().slice(0, 10)],
      ['machine', `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.version}`],
      ['model', `${model.name}, ${model.slots} side by side`],
    ]);
    const store = file === undefined ? createMemoryStore() : createFileStore(file);
    for (const section of ANSWER_SECTIONS.filter((one) => chosen.includes(one))) await SECTIONS[section]({ model, cases: cases.slice(0, limit), show: Number(show), store });
  }
  return undefined;
}
