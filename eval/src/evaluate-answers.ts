import { createFileStore, createMemoryStore } from '@glm-tasks/task';
import { readReadingCases } from './answer-data.ts';
import { readFlags, runModels, type Flags } from './evaluation.ts';
import { measureEasy, measureLatency, measureNearMisses, measureReading, type AnswerEvaluation } from './measure-answers.ts';

export interface AnswerFlags extends Flags {
  /** A file that remembers what was read: whoever changes thresholds need not read again. */
  store?: string;
}

const SECTIONS = { reading: measureReading, easy: measureEasy, near: measureNearMisses, latency: measureLatency } satisfies Record<string, (evaluation: AnswerEvaluation) => Promise<void>>;
export const ANSWER_SECTIONS = Object.keys(SECTIONS) as (keyof typeof SECTIONS)[];

/** Every section for every model; returns what is wrong with the flags, if anything is. */
export async function evaluateAnswerTask({ data, model: models, only, limit: most, show, store: file }: AnswerFlags): Promise<string | undefined> {
  const flags = readFlags({ only, limit: most }, ANSWER_SECTIONS);
  if (typeof flags === 'string') return flags;
  const cases = readReadingCases(data);
  if (typeof cases === 'string') return cases;
  await runModels('Answers', models, async (model) => {
    const store = file === undefined ? createMemoryStore() : createFileStore(file);
    for (const section of ANSWER_SECTIONS.filter((one) => flags.chosen.includes(one))) await SECTIONS[section]({ model, cases: cases.slice(0, flags.limit), show: Number(show), store });
  });
  return undefined;
}
