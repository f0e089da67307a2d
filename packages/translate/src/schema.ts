import { z } from 'zod';
import { isKnownLanguage } from './languages.ts';

/** A BCP 47 tag of a language that has a name. */
export const language = z
  .string('give a language tag such as zh, zh-Hant, en or fr')
  .trim()
  .regex(/^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$/, 'give a language tag such as zh, zh-Hant, en or fr')
  .refine(isKnownLanguage, 'no standard knows this language: give a tag such as zh, zh-Hant, en or fr');

export const formatName = z.enum(['plain', 'markdown', 'html', 'json', 'yaml', 'po', 'srt', 'vtt'], 'give "plain", "markdown", "html", "json", "yaml", "po", "srt" or "vtt"');

/** One entry of a glossary. */
export const termInput = z
  .strictObject({
    source: z.string('give the term as the text has it').trim().min(1, 'give the term as the text has it'),
    /** What it must be called in the translation. */
    target: z.string().trim().min(1, 'give a translation, or keep: true').optional(),
    /** It stays as it is. */
    keep: z.boolean().optional(),
    /** Whether "Apple" is another term than "apple". */
    caseSensitive: z.boolean().default(false),
    /** Not used: so that what `extractTerms` proposes can be handed in as it is. */
    count: z.number().optional(),
  })
  .refine(({ target, keep }) => (target === undefined) === (keep === true), 'give a "target", or keep: true, and not both');

/** Every field but the text and `to` has a default; exactly one of `text` and `texts` is given. */
export const translateInput = z
  .object({
    text: z.string('give the text as a string').optional().describe('the text to translate'),
    /** Several texts, with ids or without; they come back in the same order. */
    texts: z
      .array(z.union([z.string(), z.strictObject({ id: z.string().min(1, 'give an id that is not empty'), text: z.string() })], 'give a string or { id, text }'))
      .min(1, 'give at least one text')
      .max(100_000, 'give at most 100000 texts')
      .optional()
      .describe('several texts to translate'),
    /** BCP 47. Chinese is written in the script the tag names or implies: zh and zh-CN are Simplified, zh-TW is Traditional. */
    to: language.describe('language to translate into, such as zh, zh-Hant, en or fr'),
    from: language.optional().describe('language of the text; without it, told by the text'),
    /** @default by its content for `text`, `plain` for `texts` */
    format: formatName
      .optional()
      .describe('what the text is: plain, markdown, html, json, yaml, po, srt or vtt'),
    glossary: z.array(termInput).max(20_000, 'give at most 20000 terms').default([]).describe('terms: { source, target } must be used, { source, keep: true } stays as it is'),
    keepAttributes: z.boolean().default(false).describe('leave alternative texts, titles and hints of pictures, links and fields as they are'),
    tone: z.enum(['formal', 'informal'], 'give "formal" or "informal"').optional().describe('how the reader is addressed: formal or informal'),
    /** Not translated. */
    context: z.string().trim().min(1, 'say what the text is about, or leave it out').max(1_000, 'give at most 1000 characters').optional().describe('what the text is about; helps with short strings, is not translated'),
  })
  .superRefine(({ text, texts, glossary }, context) => {
    const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (text === undefined && texts === undefined) refuse(['text'], 'give the text to translate, or several "texts"');
    if (text !== undefined && texts !== undefined) refuse(['texts'], 'give either "text" or "texts"');
    const ids = (texts ?? []).map((item, index) => (typeof item === 'string' ? String(index) : item.id));
    const seen = new Set<string>();
    for (const [index, id] of ids.entries()) {
      if (seen.has(id)) refuse(['texts', index, 'id'], `another text has the id "${id}"; texts without an id are called by their place, from 0`);
      seen.add(id);
    }
    const known = new Map<string, string>();
    for (const [index, { source, target = source, caseSensitive }] of glossary.entries()) {
      const key = caseSensitive ? source : source.toLowerCase();
      if ((known.get(key) ?? target) !== target) refuse(['glossary', index], `"${source}" stands in the glossary twice, as "${known.get(key)}" and as "${target}"; keep one`);
      known.set(key, target);
    }
  });

/** translated: the model's, or made by a rule. remembered: from the store. kept: nothing to translate, or in the language already. failed: the source, because no answer passed its checks. */
export const segmentState = z.enum(['translated', 'remembered', 'kept', 'failed']);

export const translateOutput = z.object({
  /** The translated document, where `text` was given. */
  text: z.string().optional(),
  /** In the order they were given in; without an id of its own a text is called by its place, from 0. */
  texts: z.array(z.object({ id: z.string(), text: z.string() })).optional(),
  segments: z.array(
    z.object({
      id: z.string(),
      /** The id of the text it stands in, where several were given. */
      textId: z.string().optional(),
      /** Where it stands: a line, a key. */
      place: z.string(),
      source: z.string(),
      /** Of a failed segment, its source. */
      target: z.string(),
      state: segmentState,
      /** What is wrong with it, in plain words. */
      issues: z.array(z.string()),
    }),
  ),
  /** As given or as told by the text; `und` where there was nothing to tell it by. */
  from: z.string(),
  to: z.string(),
  format: z.string(),
  /** incomplete: at least one segment failed. */
  status: z.enum(['complete', 'incomplete']),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), cachedTokens: z.number(), calls: z.number() }),
  warnings: z.array(z.string()),
});

export type Term = z.output<typeof termInput>;
export type TranslateInput = z.output<typeof translateInput>;
export type Translation = z.output<typeof translateOutput>;
export type TranslatedSegment = Translation['segments'][number];
export type SegmentState = z.output<typeof segmentState>;
