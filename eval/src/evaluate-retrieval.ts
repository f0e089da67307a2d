import { availableParallelism, cpus } from 'node:os';
import { measureIntents } from './measure-intents.ts';
import { measureParagraphs, measureSpeed } from './measure-retrieval.ts';
import { printTable } from './print-table.ts';
import { readRetrievalData } from './retrieval-data.ts';

export interface RetrievalFlags {
  data?: string;
  /** Models that embed. */
  model: string[];
  only: string;
  limit: string;
}

export const RETRIEVAL_SECTIONS = ['paragraphs', 'speed', 'intents'] as const;

/** How well passages and intents are found; returns what is wrong with the flags, if anything is. */
export async function evaluateRetrieval({ data: folder, model: models, only, limit: most }: RetrievalFlags): Promise<string | undefined> {
  const chosen = only.split(',');
  const unknown = chosen.filter((name) => !(RETRIEVAL_SECTIONS as readonly string[]).includes(name));
  const limit = Number(most);
  if (unknown.length > 0) return `No section is called "${unknown.join('", "')}"; there are ${RETRIEVAL_SECTIONS.join(', ')}.`;
  if (!Number.isInteger(limit) || limit < 1) return `--limit is "${most}"; give a whole number from 1.`;
  const data = readRetrievalData(folder);
  if (typeof data === 'string') return data;
  printTable('Retrieval', ['what', 'value'], [
    ['date', new Date().toISOString().slice(0, 10)],
    ['machine', `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.version}`],
  ]);
  if (chosen.includes('paragraphs')) await measureParagraphs(data.questions.slice(0, limit));
  if (chosen.includes('speed')) await measureSpeed(data.questions);
  if (chosen.includes('intents')) await measureIntents({ intents: data.intents, texts: data.texts.slice(0, limit) }, models);
  return undefined;
}
