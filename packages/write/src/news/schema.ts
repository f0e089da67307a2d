import { z } from 'zod';
import { houseStyle } from './house-style.ts';

const count = z.number().int('give a whole number').min(10, 'give at least 10').max(100_000, 'give at most 100000');
const hasContent = (text: string) => /[\p{L}\p{N}]/u.test(text);
const short = (what: string) => z.string(what).trim().refine(hasContent, what).max(600, 'give at most 600 characters; make several facts of a long one');

const factInput = z.strictObject({
  /** @default f1, f2 … by its place */
  id: z.string().trim().min(1, 'give an id that is not empty').max(100, 'give at most 100 characters').optional(),
  /** The subject of the fact's sentence: "The city council", 市图书馆. */
  who: short('say who or what the fact is about').optional(),
  /** What goes on with `who` as in a sentence: "approved a new tram line", 启用新馆. Without `who`, a whole sentence. */
  what: short('say what happened'),
  /** An ISO date or time is written as the house style has it; anything else ("last Friday") stands as it is. */
  when: short('say when, or leave it out').optional(),
  where: short('say where, or leave it out').optional(),
  why: short('say why, or leave it out').optional(),
  /** A figure with its unit that `what` does not say already. */
  number: z.union([z.number(), short('give a number with its unit, or leave it out')]).optional(),
  quote: z.strictObject({ text: short('give the words that were said'), speaker: short('say who said it').optional() }).optional(),
  /** It stands in the text whatever the length asked for. */
  required: z.boolean().default(false),
});

/** Exactly one of `facts` and `notes` (or `text`, which a bare string becomes) is given. */
export const newsInput = z
  .object({
    /** The most important first. */
    facts: z.array(factInput).min(1, 'give at least one fact').max(200, 'give at most 200 facts').optional().describe('facts { id?, who, what, when?, where?, why?, number?, quote?: { text, speaker } }, the most important first'),
    notes: z.string().refine(hasContent, 'give notes with letters or digits').max(100_000, 'give at most 100000 characters').optional().describe('a reporter’s notes, from which the facts are taken'),
    text: z.string().refine(hasContent, 'give notes with letters or digits').max(100_000, 'give at most 100000 characters').optional().describe('the same as notes'),
    style: z.union([z.enum(['wire', 'agency-zh']), houseStyle], 'give "wire", "agency-zh" or a house style').optional().describe('house style: wire (English), agency-zh (Chinese); without it, that of the language'),
    /** BCP 47. @default the language of the facts */
    language: z.string().regex(/^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$/, 'give a language tag such as zh, zh-Hant or en').optional().describe('language of the report, such as zh or en; without it, that of the facts'),
    /** The most the paragraphs may have together; fewer facts make a shorter text, never a padded one. */
    length: z
      .union([z.enum(['short', 'medium', 'long']), z.strictObject({ words: count }), z.strictObject({ characters: count })], 'give "short", "medium", "long", { words } or { characters } with a whole number from 10')
      .default('medium')
      .describe('how long the report may be: short, medium, long, or in words or characters'),
    dateline: z
      .union([short('give a place'), z.strictObject({ place: short('give a place').optional(), date: z.iso.date('give a date as 2026-05-03').optional() })], 'give a place, or { place, date }')
      .optional()
      .describe('where and when the report is filed'),
    byline: short('give a name, or leave it out').optional().describe('who writes it'),
  })
  .superRefine(({ facts, notes, text }, context) => {
    const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    const given = [facts, notes, text].filter((value) => value !== undefined).length;
    if (given === 0) refuse(['facts'], 'give "facts", or "notes" to take them from');
    if (given > 1) refuse(['notes'], 'give either "facts" or "notes"');
    const ids = (facts ?? []).map(({ id }, index) => id ?? `f${index + 1}`);
    const twice = ids.findIndex((id, index) => ids.indexOf(id) < index);
    if (twice >= 0) refuse(['facts', twice, 'id'], `another fact has the id "${ids[twice]}"; facts without one are called f1, f2 and so on`);
  });

const sentence = z.object({ text: z.string(), /** What it says; none only where a house style adds a sentence of its own. */ factIds: z.array(z.string()), /** model: passed every check; template: made of the fact by code; quote: placed by code. */ by: z.enum(['model', 'template', 'quote']) });

export const newsOutput = z.object({
  headline: z.string(),
  /** The first paragraph, without dateline. */
  lede: z.string(),
  paragraphs: z.array(z.object({ text: z.string(), sentences: z.array(sentence) })),
  /** Headline, byline, dateline and paragraphs. */
  text: z.string(),
  /** As they were understood: the fields given, or taken from the notes; in the language and the dates of the report. */
  facts: z.array(z.object({ id: z.string(), who: z.string().optional(), what: z.string(), when: z.string().optional(), where: z.string().optional(), why: z.string().optional(), number: z.string().optional(), quote: z.object({ text: z.string(), speaker: z.string().optional() }).optional() })),
  /** Ids of facts the text states, and of those it does not. */
  used: z.array(z.string()),
  unused: z.array(z.object({ id: z.string(), reason: z.enum(['length', 'conflict', 'order', 'translation']) })),
  /** incomplete: a fact is unused for another reason than the length, or a quotation is left out. */
  status: z.enum(['complete', 'incomplete']),
  lengthMet: z.boolean(),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), cachedTokens: z.number(), calls: z.number() }),
  /** What could not be kept, in plain words. */
  warnings: z.array(z.string()),
});

export type NewsInput = z.output<typeof newsInput>;
export type News = z.output<typeof newsOutput>;
export type NewsSentence = News['paragraphs'][number]['sentences'][number];
export type Unused = News['unused'][number];
