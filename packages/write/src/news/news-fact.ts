import { isChinese, type HouseStyle } from './house-style.ts';
import type { NewsInput } from './schema.ts';
import { writeDates, writeWhen } from './write-date.ts';

/** A fact as the report tells it: in the language and with the dates of the house style. */
export interface NewsFact {
  id: string;
  who?: string | undefined;
  what: string;
  when?: string | undefined;
  where?: string | undefined;
  why?: string | undefined;
  number?: string | undefined;
  quote?: { text: string; speaker?: string | undefined } | undefined;
  /** The whole sentence, where the fact was taken from one; else it is made of the fields. */
  statement?: string | undefined;
  required: boolean;
}

/** Words that are looked at together; a quotation is not among them, as only code touches it. */
export const FIELDS = ['who', 'what', 'when', 'where', 'why', 'number'] as const;

export function readFacts(facts: NonNullable<NewsInput['facts']>, language: string): NewsFact[] {
  return facts.map(({ id, number, ...fact }, index) => ({
    ...fact,
    id: id ?? `f${index + 1}`,
    what: fact.what.replace(/[.。]+$/u, ''),
    ...(number === undefined ? {} : { number: typeof number === 'number' ? writeNumber(number, language) : number }),
  }));
}

export function dressFact(fact: NewsFact, style: HouseStyle, year: string | undefined): NewsFact {
  const { who, what, when, where, why } = fact;
  const dress = (text: string | undefined) => (text === undefined ? undefined : writeDates(text, style, year));
  return { ...fact, who: dress(who), what: writeDates(what, style, year), when: when === undefined ? undefined : writeWhen(when, style, year), where: dress(where), why: dress(why), statement: dress(fact.statement) };
}

/** 12000 -> 12,000 or 1.2万. */
function writeNumber(value: number, language: string): string {
  if (!isChinese(language)) return value.toLocaleString('en-US', { maximumFractionDigits: 10 });
  const [power, unit] = Math.abs(value) >= 1e8 ? [1e8, '亿'] : [1e4, '万'];
  const scaled = value / power;
  return Math.abs(value) >= 1e4 && Number(scaled.toFixed(4)) * power === value ? `${Number(scaled.toFixed(4))}${unit}` : String(value);
}

export function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
