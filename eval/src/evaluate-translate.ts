import { readFlags, runModels, type Flags } from './evaluation.ts';
import { measureFlores, measureGlossary } from './measure-translation.ts';
import { measureStrings } from './measure-strings.ts';
import { readPairs } from './translate-data.ts';

export const TRANSLATE_SECTIONS = ['flores', 'strings', 'glossary'] as const;

/** Every section for every model; returns what is wrong with the flags, if anything is. */
export async function evaluateTranslate({ data, model: models, only, limit: most, show }: Flags): Promise<string | undefined> {
  const flags = readFlags({ only, limit: most }, TRANSLATE_SECTIONS);
  if (typeof flags === 'string') return flags;
  const { chosen, limit } = flags;
  const pairs = chosen.includes('flores') ? readPairs(data) : [];
  if (typeof pairs === 'string') return pairs;
  await runModels('Translations', models, async (model) => {
    if (chosen.includes('flores')) await measureFlores(model, pairs.slice(0, limit), Number(show));
    if (chosen.includes('strings')) await measureStrings(model, limit);
    if (chosen.includes('glossary')) await measureGlossary(model, limit);
  });
  return undefined;
}
