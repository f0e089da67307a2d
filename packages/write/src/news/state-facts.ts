import { findFacts, measureLength } from '@glm-tasks/task';
import { isChinese } from './house-style.ts';
import { contains, type NewsFact } from './news-fact.ts';

/** A time and a place that the report has told already. */
export interface Known {
  when?: string | undefined;
  where?: string | undefined;
}

/** A plain sentence made by code, and the facts it states. */
interface Statement {
  text: string;
  facts: NewsFact[];
}

/** Predicates one sentence takes, and how long it may get by it. */
const MOST_PREDICATES = 4;
const MOST_WORDS = 28;
const MOST_CHARACTERS = 50;

/**
 * The fact as one plain sentence: what the model is given to write up, and what stands in the report where the model's own words fail. What is
 * known already is left out.
 */
export function stateFact(fact: NewsFact, language: string, known: Known = {}): string {
  if (fact.statement !== undefined || fact.what === '') return fact.statement ?? '';
  return write(split(fact, language, known), language);
}

/**
 * Facts about one subject as one sentence, so that even what code writes alone is no list: "The line will cost 84 million euros and have 11
 * stops." A reason ends its sentence, as it would seem to be that of all.
 */
export function stateFacts(facts: readonly NewsFact[], language: string, known: Known = {}): Statement[] {
  const statements: (Statement & { open?: { subject: string; predicates: string[] } })[] = [];
  for (const fact of facts) {
    if (fact.what === '') continue;
    const parts = split(fact, language, known);
    const last = statements.at(-1);
    const joined = last?.open && fact.statement === undefined && last.open.subject === parts.subject ? write({ subject: parts.subject, predicates: [...last.open.predicates, ...parts.predicates] }, language) : undefined;
    if (last?.open && joined !== undefined && last.facts.length < MOST_PREDICATES && isShort(joined, language)) {
      last.text = joined;
      last.facts.push(fact);
      last.open.predicates.push(...parts.predicates);
    } else {
      const isOpen = fact.statement === undefined && parts.subject !== '';
      statements.push({ text: stateFact(fact, language, known), facts: [fact], ...(isOpen ? { open: { ...parts, predicates: [...parts.predicates] } } : {}) });
    }
    if (fact.why !== undefined) delete statements.at(-1)?.open;
  }
  return statements.map(({ text, facts }) => ({ text, facts }));
}

function isShort(text: string, language: string): boolean {
  return isChinese(language) ? measureLength(text, 'characters') <= MOST_CHARACTERS : measureLength(text, 'words') <= MOST_WORDS;
}

interface Parts {
  subject: string;
  predicates: string[];
}

function split(fact: NewsFact, language: string, known: Known): Parts {
  const when = fact.when === known.when ? undefined : fact.when;
  const where = fact.where === known.where ? undefined : fact.where;
  const opens = fact.who !== undefined && fact.what.toLowerCase().startsWith(fact.who.toLowerCase());
  const subject = opens ? fact.what.slice(0, fact.who?.length) : (fact.who ?? '');
  const what = opens ? fact.what.slice(fact.who?.length).trim() : fact.what;
  const told = { ...fact, what, when, where };
  return { subject, predicates: [isChinese(language) ? predicateInChinese(told) : predicateInWords(told, language)] };
}

function write({ subject, predicates }: Parts, language: string): string {
  if (isChinese(language)) return close(`${subject}${predicates.join('，')}`, '。');
  const [last = '', ...others] = predicates.toReversed();
  const said = others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`;
  return close(`${subject} ${said}`.trim().replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()), '.');
}

function close(text: string, stop: string): string {
  return /[.!?。！？]$/u.test(text) ? text : `${text}${stop}`;
}

function predicateInWords({ who, what, when, where, why, number }: NewsFact, language: string): string {
  const isEnglish = /^en\b/i.test(language);
  const isSaid = (part: string) => contains(`${who ?? ''} ${what}`, part);
  let said = what;
  if (where !== undefined && !isSaid(where)) said += isEnglish && !PLACED.test(where) ? ` in ${where}` : ` ${where}`;
  if (when !== undefined && !isSaid(when)) said += isEnglish ? ` ${prepose(when)}` : ` (${when})`;
  if (number !== undefined && !isSaid(number) && !hasNumber(said, number)) said += ` (${number})`;
  if (why !== undefined && !isSaid(why)) said += isEnglish ? explain(why) : ` (${why})`;
  return said;
}

function predicateInChinese({ who, what, when, where, why, number }: NewsFact): string {
  const isSaid = (part: string) => contains(`${who ?? ''}${what}`, part);
  const time = when === undefined || isSaid(when) ? '' : when;
  const place = where === undefined || isSaid(where) ? '' : /^[在于]/u.test(where) ? where.replace(/^于/u, '在') : `在${where}`;
  const aim = why !== undefined && why.startsWith('为') && !isSaid(why);
  let said = `${time}${place}${aim ? why.replace(/[，。]$/u, '') : ''}${what}`;
  if (number !== undefined && !isSaid(number) && !hasNumber(said, number)) said += `（${number}）`;
  if (why !== undefined && !aim && !isSaid(why)) said += `，原因是${why.replace(/^(?:是因为|因为|由于|原因是|因)/u, '')}`;
  return said;
}

const PLACED = /^(?:in|at|on|near|outside|off|across|along|around|between|behind|under|over|by|throughout)\b/i;

function prepose(when: string): string {
  if (/^(?:on|in|at|by|from|since|until|before|after|during|between|last|next|this|today|yesterday|tomorrow|early|late|every|each|for|over|within)\b/i.test(when)) return when;
  if (/^\d{1,2}(?::\d\d)? [ap]\.m\./.test(when)) return `at ${when}`;
  const [date] = findFacts(`in ${when}`).filter(({ kind }) => kind === 'date');
  if (/^(?:\d{4}|-)-\d\d-\d\d$/.test(date?.value ?? '')) return `on ${when}`;
  if (date !== undefined || /^\d{4}$/.test(when)) return date?.value.includes(':') ? `at ${when}` : `in ${when}`;
  return /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b/i.test(when) ? `on ${when}` : when;
}

function explain(why: string): string {
  if (/^(?:to|because|due to|after|as|since|in order|so that|for|following|owing to|thanks to)\b/i.test(why)) return ` ${why}`;
  const isClause = /\b(?:is|are|was|were|has|have|had|will|would|can|could|must|may|do|does|did|rose|fell|grew|came|went|made|took|ran|\p{L}+ed)\b/u.test(why);
  return isClause ? ` because ${why}` : ` because of ${why}`;
}

function hasNumber(text: string, number: string): boolean {
  const values = new Set(findFacts(text).map(({ value }) => value));
  const wanted = findFacts(number).filter(({ kind }) => kind !== 'name');
  return wanted.length > 0 && wanted.every(({ value }) => values.has(value));
}
