import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { englishCases } from './news-cases-en.ts';
import { chineseCases } from './news-cases-zh.ts';

type Fact = { id: string; who?: string; what: string; when?: string; where?: string; why?: string; number?: string | number; quote?: { text: string; speaker: string } };

export interface NewsCase {
  id: string;
  input: { facts?: Fact[]; notes?: string; length?: { characters: number }; dateline?: string | { place: string; date: string }; byline?: string };
  /** For each fact, by id, texts of which one must stand in the report. */
  keys: Readonly<Record<string, readonly string[]>>;
}

export const writtenCases: readonly NewsCase[] = englishCases.flatMap((english, index) => [english, chineseCases[index] as NewsCase]);

const FILE = 'e2e-dev.jsonl';

/** Restaurants of the E2E set as facts; a text that says what is missing where the file is not there. */
export function readE2eCases(folder: string | undefined, most: number): NewsCase[] | string {
  const what = `${FILE}: { facts: "name[…], eatType[…], …", reference } one a line; E2E NLG Challenge, CC BY-SA 4.0, github.com/tuetschek/e2e-dataset. It is not part of this project; "--only written" needs none.`;
  if (folder === undefined) return `Give the folder of the data set: pnpm eval news --data DIR. It needs\n  ${what}`;
  if (!existsSync(join(folder, FILE))) return `"${folder}" lacks\n  ${what}`;
  const lines = readFileSync(join(folder, FILE), 'utf8').split('\n').filter((line) => line.trim() !== '');
  // Every fifth: the first lines of the file are alike.
  return lines.filter((_, index) => index % 5 === 0).slice(0, most).map((line, index) => toCase((JSON.parse(line) as { facts: string }).facts, `e2e-${index + 1}`));
}

const PHRASES: Readonly<Record<string, (value: string) => { what: string; key: string[] }>> = {
  eatType: (value) => ({ what: `is a ${value}`, key: [value] }),
  food: (value) => ({ what: `serves ${value} food`, key: [value] }),
  priceRange: (value) => (/\d/.test(value) ? { what: `charges ${value} a head`, key: [/\d+/.exec(value)?.[0] ?? value] } : { what: `has a ${value} price range`, key: [value] }),
  'customer rating': (value) => (/\d/.test(value) ? { what: `has a customer rating of ${value}`, key: [value] } : { what: `has ${/^[aeiou]/.test(value) ? 'an' : 'a'} ${value} customer rating`, key: [value] }),
  area: (value) => ({ what: `is in the ${value} area`, key: [value] }),
  familyFriendly: (value) => (value === 'yes' ? { what: 'is family friendly', key: ['family', 'famil', 'child', 'kid'] } : { what: 'is not family friendly', key: ['not family', 'not a family', 'no famil', "isn't family", 'not child', 'not suitable'] }),
  near: (value) => ({ what: `is near ${value}`, key: [value] }),
};

function toCase(facts: string, id: string): NewsCase {
  const pairs = [...facts.matchAll(/([\w ]+)\[([^\]]*)\]/g)].map(([, name = '', value = '']) => [name.trim(), value] as const);
  const who = pairs.find(([name]) => name === 'name')?.[1] ?? 'The place';
  const told = pairs.flatMap(([name, value]) => (PHRASES[name] ? [{ id: name, ...PHRASES[name](value) }] : []));
  return { id, input: { facts: told.map(({ id, what }) => ({ id, who, what })) }, keys: Object.fromEntries(told.map(({ id, key }) => [id, key])) };
}
