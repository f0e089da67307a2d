import { z } from 'zod';

const count = z.number().int('give a whole number').min(1, 'give at least 1').max(100_000, 'give at most 100000');

const hasContent = (text: string) => /[\p{L}\p{N}]/u.test(text);
const nothing = 'there is nothing to summarize in it: give a text with letters or digits';

const documentInput = z.strictObject({
  /** Names the document in `sources` and `chunks`. */
  id: z.string('give every document an id: its file name, say').min(1, 'give an id that is not empty').max(200, 'give at most 200 characters'),
  text: z.string('give the text of the document').refine(hasContent, nothing),
});

/** Every field but the text has a default; exactly one of `text` and `documents` is given. */
export const summarizeInput = z
  .object({
    text: z.string('give the text to summarize').refine(hasContent, nothing).optional().describe('the text to summarize'),
    /** Several texts that one summary is made of. */
    documents: z.array(documentInput).min(1, 'give at least one document').max(1_000, 'give at most 1000 documents').optional().describe('several texts to summarize together'),
    /** short, medium and long follow the format; a number is met within 15 %. */
    length: z
      .union(
        [
          z.enum(['short', 'medium', 'long']),
          z.strictObject({ sentences: count }),
          z.strictObject({ words: count }),
          z.strictObject({ characters: count }),
        ],
        'give "short", "medium", "long", { sentences }, { words } or { characters } with a whole number from 1',
      )
      .default('medium')
      .describe('how long the summary is to be, by name or in numbers'),
    format: z
      .enum(['paragraph', 'key-points', 'headline', 'tl;dr', 'minutes'], 'give "paragraph", "key-points", "headline", "tl;dr" or "minutes"')
      .default('paragraph')
      .describe('what the summary looks like'),
    /** Language of the summary, a BCP 47 tag such as zh, zh-Hant or en. @default the language of the text */
    language: z.string().regex(/^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$/, 'give a language tag such as zh, zh-Hant or en').optional().describe('language of the summary, such as zh, zh-Hant or en; without it, that of the text'),
    /** What the reader wants to know about. */
    focus: z.string().trim().min(1, 'give a subject, or leave it out').max(200, 'give at most 200 characters').optional().describe('what the reader wants to know about'),
    /** An earlier summary, which the text goes on from: the result covers both. */
    previous: z.string().refine(hasContent, 'give the earlier summary, or leave it out').optional().describe('an earlier summary to bring up to date with the text'),
    /** Below 1 the most telling sentences are chosen before the model reads; 0 is what one call can read. `skipped` says what was not read. */
    detail: z.number('give a number from 0 to 1').min(0, 'give a number from 0 to 1').max(1, 'give a number from 0 to 1').default(1).describe('share of a long text that is read, 0 (what one call can read) to 1 (all of it)'),
    /** A JSON Schema that the summary is to fit, as `object`; a zod schema goes into the second argument. */
    schema: z.record(z.string(), z.unknown(), 'give a JSON Schema, an object').optional().describe('JSON Schema of the structure wanted'),
    /** What happens to a point that nothing in the text supports. */
    unsupported: z.enum(['flag', 'drop'], 'give "flag" or "drop"').default('flag').describe('key points that nothing in the text supports: flag them, or drop them'),
  })
  .superRefine(({ text, documents, previous }, context) => {
    const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (text === undefined && documents === undefined) refuse(['text'], 'give the text to summarize, or several "documents"');
    if (text !== undefined && documents !== undefined) refuse(['documents'], 'give either "text" or "documents"');
    const ids = (documents ?? []).map(({ id }) => id);
    const twice = ids.findIndex((id, index) => ids.indexOf(id) < index || (previous !== undefined && id === PREVIOUS));
    if (twice >= 0) refuse(['documents', twice, 'id'], 'another document has this id: give each its own');
  });

/** The id of the earlier summary in `sources` and `chunks`. */
export const PREVIOUS = 'previous';

/** Where there are several documents, the id of the one that the offsets count in. */
const place = { source: z.string().optional(), start: z.number(), end: z.number() };
/** A stretch of the input, word for word: `text.slice(start, end)`. */
const source = z.object({ ...place, text: z.string() });
const entry = { text: z.string(), sources: z.array(source), supported: z.boolean() };

export const summarizeOutput = z.object({
  /** The text in the format asked for; key points stand one a line behind "- ", a structure is JSON. */
  summary: z.string(),
  /** Each with the passages of the input that carry it, and whether they do; found by code, by words and numbers. */
  points: z.array(z.object(entry)).optional(),
  headline: z.string().optional(),
  /** What a meeting decided, who does what until when (only what the text says), and what it left open. */
  minutes: z
    .object({
      decisions: z.array(z.object(entry)),
      actions: z.array(z.object({ ...entry, owner: z.string().optional(), due: z.string().optional() })),
      questions: z.array(z.object(entry)),
    })
    .optional(),
  /** The structure asked for, as the schema gives it back. */
  object: z.unknown().optional(),
  /** The parts the text was read in, by UTF-16 offsets, each with what was noted about it. */
  chunks: z.array(z.object({ ...place, summary: z.string() })),
  /** Share of the input's characters that the model read: 1 is all. */
  coverage: z.number(),
  /** What the model did not read, where `detail` is below 1. */
  skipped: z.array(z.object(place)),
  /** Numbers, dates and names of the summary that the input does not have, as they stand there. A translation adds the numbers and dates that only it has. */
  unverified: z.array(z.string()),
  /** Whether the length asked for was met. */
  lengthMet: z.boolean(),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), cachedTokens: z.number(), calls: z.number() }),
  /** What could not be kept, in plain words. */
  warnings: z.array(z.string()),
});

export type SummarizeInput = z.output<typeof summarizeInput>;
export type Summary = z.output<typeof summarizeOutput>;
