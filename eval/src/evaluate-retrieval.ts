import { printRun, readFlags, type Flags } from './evaluation.ts';
import { measureIntents } from './measure-intents.ts';
import { measureParagraphs, measureSpeed } from './measure-retrieval.ts';
import { readRetrievalData } from './retrieval-data.ts';

export const RETRIEVAL_SECTIONS = ['paragraphs', 'speed', 'intents'] as const;

/** How well passages and intents are found, with models that embed; returns what is wrong with the flags, if anything is. */
export async function evaluateRetrieval({ data: folder, model: models, only, limit: most }: Omit<Flags, 'show'>): Promise<string | undefined> {
  const flags = readFlags({ only, limit: most }, RETRIEVAL_SECTIONS);
  if (typeof flags === 'string') return flags;
  const { chosen, limit } = flags;
  const data = readRetrievalData(folder);
  if (typeof data === 'string') return data;
  printRun('Retrieval');
  if (chosen.includes('paragraphs')) await measureParagraphs(data.questions.slice(0, limit));
  if (chosen.includes('speed')) await measureSpeed(data.questions);
  if (chosen.includes('intents')) await measureIntents({ intents: data.intents, texts: data.texts.slice(0, limit) }, models);
  return undefined;
}
