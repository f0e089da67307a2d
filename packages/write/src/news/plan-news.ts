import { aroundTarget, findTerms, measureLength, type LengthTarget } from '@glm-tasks/task';
import { isChinese, writeQuote, type HouseStyle } from './house-style.ts';
import type { NewsFact } from './news-fact.ts';
import type { NewsInput } from './schema.ts';
import { stateFact } from './state-facts.ts';

/** A paragraph to be written: what it states, and the quotations that end it. */
export interface PlannedParagraph {
  facts: NewsFact[];
  isLede: boolean;
}

interface NewsPlan {
  paragraphs: PlannedParagraph[];
  /** Facts there is no room for, the least important. */
  left: NewsFact[];
  target: LengthTarget;
}

/** The most the paragraphs have, of words and of characters; there is no least, as news is not padded. */
const NAMED = { short: { words: 80, characters: 150 }, medium: { words: 250, characters: 450 }, long: { words: 700, characters: 1_300 } } as const;

export function readTarget(length: NewsInput['length'], language: string): LengthTarget {
  if (typeof length === 'object') return { ...('words' in length ? aroundTarget('words', length.words) : aroundTarget('characters', length.characters)), min: 1 };
  const unit = isChinese(language) ? 'characters' : 'words';
  return { unit, min: 1, max: NAMED[length][unit] };
}

/**
 * The inverted pyramid: facts in the order of their weight, which is the order they were given in; the first paragraph has the first fact and
 * whatever it takes to say who, what, when and where; facts about one subject stand together; a quotation ends its paragraph. What goes beyond
 * the length is left out from the end, unless it is required.
 */
export function planNews(given: readonly NewsFact[], style: HouseStyle, language: string, target: LengthTarget): NewsPlan {
  const { kept, left } = chooseFacts(given, style, language, target);
  const first = kept.find(({ who, statement, quote }) => (who ?? statement) !== undefined && quote === undefined) ?? kept[0];
  if (first === undefined) return { paragraphs: [], left, target };
  const lede = [first, ...completeLede(first, kept, language)];
  const body = groupFacts(kept.filter((fact) => !lede.includes(fact)), style.paragraph);
  return { paragraphs: [{ facts: lede, isLede: true }, ...body.map((facts) => ({ facts, isLede: false }))], left, target };
}

function chooseFacts(given: readonly NewsFact[], style: HouseStyle, language: string, { unit, max }: LengthTarget): { kept: NewsFact[]; left: NewsFact[] } {
  const sizes = new Map(given.map((fact) => [fact, measureFact(fact, style, language, unit)]));
  const sizeOf = (fact: NewsFact) => sizes.get(fact) ?? 0;
  let room = max - given.filter(({ required }) => required).reduce((sum, fact) => sum + sizeOf(fact), 0);
  const kept = new Set(given.filter(({ required }) => required));
  for (const fact of given) {
    if (fact.required) continue;
    if (sizeOf(fact) > room && kept.size > 0) break; // what is less important does not overtake it
    room -= sizeOf(fact);
    kept.add(fact);
  }
  return { kept: given.filter((fact) => kept.has(fact)), left: given.filter((fact) => !kept.has(fact)) };
}

function measureFact(fact: NewsFact, style: HouseStyle, language: string, unit: LengthTarget['unit']): number {
  const { quote } = fact;
  const quotation = quote?.speaker === undefined ? '' : writeQuote(style, { text: quote.text, speaker: quote.speaker });
  return measureLength(stateFact(fact, language), unit) + measureLength(quotation, unit);
}

/** A lead that says no time or place borrows the fact that does, if it is about the same subject; a short one takes the next fact along. */
function completeLede(first: NewsFact, kept: readonly NewsFact[], language: string): NewsFact[] {
  const others = kept.filter((fact) => fact !== first && fact.quote === undefined && fact.who !== undefined && fact.who === first.who);
  const lacks = (field: 'when' | 'where') => first[field] === undefined;
  const borrowed = (['when', 'where'] as const).flatMap((field) => (lacks(field) ? others.filter((fact) => fact[field] !== undefined).slice(0, 1) : []));
  const isShort = measureLength(stateFact(first, language), isChinese(language) ? 'characters' : 'words') <= (isChinese(language) ? 24 : 13);
  const next = isShort && borrowed.length === 0 ? others.slice(0, 1) : [];
  return [...new Set([...borrowed, ...next])].slice(0, 2);
}

function groupFacts(facts: readonly NewsFact[], most: number): NewsFact[][] {
  const groups: NewsFact[][] = [];
  const left = [...facts];
  while (left.length > 0) {
    const group = [left.shift() as NewsFact];
    while (group.length < most && group.every(({ quote }) => quote === undefined)) {
      const next = left.findIndex((fact, index) => index < 4 && isRelated(fact, group));
      if (next < 0) break;
      group.push(...left.splice(next, 1));
    }
    groups.push(group);
  }
  return joinSingles(groups, most);
}

/** A paragraph of one fact joins the one before it, unless that ends on a quotation. */
function joinSingles(groups: readonly NewsFact[][], most: number): NewsFact[][] {
  const joined: NewsFact[][] = [];
  for (const group of groups) {
    const before = joined.at(-1);
    const isQuoting = before?.some(({ quote }) => quote !== undefined) ?? true;
    if (before && !isQuoting && group.length === 1 && before.length <= most) before.push(...group);
    else joined.push([...group]);
  }
  return joined;
}

function isRelated(fact: NewsFact, group: readonly NewsFact[]): boolean {
  if (group.some(({ who }) => who !== undefined && who === fact.who)) return true;
  const terms = findTerms(`${fact.who ?? ''} ${fact.what}`);
  const shared = group.flatMap(({ who, what }) => [...findTerms(`${who ?? ''} ${what}`)]).filter((term) => terms.has(term)).length;
  return shared >= 2;
}
