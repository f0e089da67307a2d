import { availableParallelism, cpus } from 'node:os';
import { fromPretrained, type Model } from '@glm-tasks/core';
import { printTable } from './print-table.ts';

/** What is typed behind a command of `eval`. */
export interface Flags {
  data?: string;
  /** Names, as `fromPretrained` takes them. */
  model: string[];
  /** Sections, with commas between them. */
  only: string;
  limit: string;
  show: string;
}

/** The sections that were chosen and the most cases of each, or what is wrong with the flags. */
export function readFlags({ only, limit: most }: Pick<Flags, 'only' | 'limit'>, sections: readonly string[]): { chosen: string[]; limit: number } | string {
  const chosen = only.split(',');
  const unknown = chosen.filter((name) => !sections.includes(name));
  if (unknown.length > 0) return `No section is called "${unknown.join('", "')}"; there are ${sections.join(', ')}.`;
  const limit = readLimit(most);
  return typeof limit === 'string' ? limit : { chosen, limit };
}

export function readLimit(most: string): number | string {
  const limit = Number(most);
  return Number.isInteger(limit) && limit >= 1 ? limit : `--limit is "${most}"; give a whole number from 1.`;
}

/** One model after the other, each below a table that says where and on what it ran. */
export async function runModels(title: string, names: readonly string[], measure: (model: Model) => Promise<void>): Promise<void> {
  for (const name of names) {
    await using model = await fromPretrained(name);
    printRun(`${title} by ${name}`, `${model.name}, ${model.slots} side by side`);
    await measure(model);
  }
}

/** When and where, and on what; `memory` where it makes a difference, as in `8 GiB`. */
export function printRun(title: string, model?: string, memory?: string): void {
  const machine = [cpus()[0]?.model.trim(), `${availableParallelism()} cores`, memory, `Node ${process.version}`];
  printTable(title, ['what', 'value'], [
    ['date', new Date().toISOString().slice(0, 10)],
    ['machine', machine.filter((part) => part !== undefined).join(', ')],
    ...(model === undefined ? [] : [['model', model]]),
  ]);
}
