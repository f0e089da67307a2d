import { convertChineseScript, readLanguage } from '@glm-tasks/task';
import type { HouseStyle } from './house-style.ts';
import { FIELDS, type NewsFact } from './news-fact.ts';

/** Simplified or Traditional characters, where the language asked for says which. */
export async function inScript(text: string, language: string): Promise<string> {
  const { script } = readLanguage(language);
  return script === undefined ? text : convertChineseScript(text, script);
}

/** A fact's own words; a quotation stays as it was written. */
export async function factInScript(fact: NewsFact, language: string): Promise<NewsFact> {
  const converted: NewsFact = { ...fact };
  for (const field of [...FIELDS, 'statement'] as const) {
    const text = fact[field];
    if (text !== undefined) converted[field] = await inScript(text, language);
  }
  if (fact.quote?.speaker !== undefined) converted.quote = { ...fact.quote, speaker: await inScript(fact.quote.speaker, language) };
  return converted;
}

export async function styleInScript(style: HouseStyle, language: string): Promise<HouseStyle> {
  return JSON.parse(await inScript(JSON.stringify(style), language)) as HouseStyle;
}
