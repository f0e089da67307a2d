import { availableParallelism, cpus } from 'node:os';
import { fromPretrained } from '@glm-tasks/core';
import { measureFlores, measureGlossary } from './measure-translation.ts';
import { measureStrings } from './measure-strings.ts';
import { printTable } from './print-table.ts';
import { readPairs } from './translate-data.ts';

export interface TranslateFlags {
  data?: string;
  model: string[];
  only: string;
  limit: string;
  show: string;
}

export const TRANSLATE_SECTIONS = ['flores', 'strings', 'glossary'] as const;

/** Every section for every model; returns what is wrong with the flags, if anything is. */
export async function evaluateTranslate({ data, model: models, only, limit: most, show }: TranslateFlags): Promise<string | undefined> {
  const chosen = only.split(',');
  const unknown = chosen.filter((name) => !(TRANSLATE_SECTIONS as readonly string[]).includes(name));
  const limit = Number(most);
  if (unknown.length > 0) return `No section is called "${unknown.join('", "')}"; there are ${TRANSLATE_SECTIONS.join(', ')}.`;
  if (!Number.isInteger(limit) || limit < 1) return `--limit is "${most}"; give a whole number from 1.`;
  const pairs = chosen.includes('flores') ? readPairs(data) : [];
  if (typeof pairs === 'string') return pairs;
  for (const name of models) {
    await using model = await fromPretrained(name);
    printTable(`Translations by ${name}`, ['what', 'value'], [
      ['date', new Date().toISOString().slice(0, 10)],
      ['machine', `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.version}`],
      ['model', `${model.name}, ${model.slots} side by side`],
    ]);
    if (chosen.includes('flores')) await measureFlores(model, pairs.slice(0, limit), Number(show));
    if (chosen.includes('strings')) await measureStrings(model, limit);
    if (chosen.includes('glossary')) await measureGlossary(model, limit);
  }
  return undefined;
}
