import { availableParallelism, cpus } from 'node:os';
import { fromPretrained } from '@glm-tasks/core';
import { measureStories } from './measure-story.ts';
import { printTable } from './print-table.ts';

export interface StoryFlags {
  model: string[];
  limit: string;
  show: string;
}

/** Stories by every model; returns what is wrong with the flags, if anything is. */
export async function evaluateStory({ model: models, limit: most, show }: StoryFlags): Promise<string | undefined> {
  const limit = Number(most);
  if (!Number.isInteger(limit) || limit < 1) return `--limit is "${most}"; give a whole number from 1.`;
  for (const name of models) {
    await using model = await fromPretrained(name);
    printTable(`Stories by ${name}`, ['what', 'value'], [
      ['date', new Date().toISOString().slice(0, 10)],
      ['machine', `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.version}`],
      ['model', `${model.name}, ${model.slots} side by side`],
    ]);
    await measureStories(model, limit, Number(show));
  }
  return undefined;
}
