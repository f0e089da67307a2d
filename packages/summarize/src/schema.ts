import { z } from 'zod';

const count = z.number().int('give a whole number').min(1, 'give at least 1').max(100_000, 'give at most 100000');

export const summarizeInput = z.object({
  text: z.string('give the text to summarize').refine((text) => /[\p{L}\p{N}]/u.test(text), 'there is nothing to summarize in it: give a text with letters or digits').describe('the text to summarize'),
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
  format: z.enum(['paragraph', 'key-points', 'headline', 'tl;dr'], 'give "paragraph", "key-points", "headline" or "tl;dr"').default('paragraph').describe('what the summary looks like'),
  /** Language of the summary, a BCP 47 tag such as zh, zh-Hant or en. @default the language of the text */
  language: z.string().regex(/^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$/, 'give a language tag such as zh, zh-Hant or en').optional().describe('language of the summary, such as zh, zh-Hant or en; without it, that of the text'),
  /** What the reader wants to know about. */
  focus: z.string().trim().min(1, 'give a subject, or leave it out').max(200, 'give at most 200 characters').optional().describe('what the reader wants to know about'),
  /** What happens to a point that nothing in the text supports. Points in another language than the text are never dropped: their words cannot be compared. */
  unsupported: z.enum(['flag', 'drop'], 'give "flag" or "drop"').default('flag').describe('key points that nothing in the text supports: flag them, or drop them'),
});

/** A stretch of the input, word for word: `text.slice(start, end)`. */
const source = z.object({ start: z.number(), end: z.number(), text: z.string() });

export const summarizeOutput = z.object({
  /** The text in the format asked for; key points stand one a line behind "- ". */
  summary: z.string(),
  /** Each with the passages of the input that carry it, and whether they do; found by code, by words and numbers. */
  points: z.array(z.object({ text: z.string(), sources: z.array(source), supported: z.boolean() })).optional(),
  headline: z.string().optional(),
  /** The parts the text was read in, by UTF-16 offsets, each with what was noted about it. */
  chunks: z.array(z.object({ start: z.number(), end: z.number(), summary: z.string() })),
  /** Share of the input's characters that the model read: 1 is all. */
  coverage: z.number(),
  /** Numbers, dates and names of the summary that the input does not have, as they stand there. Of a translated summary numbers and dates only. */
  unverified: z.array(z.string()),
  /** Whether the length asked for was met. */
  lengthMet: z.boolean(),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), cachedTokens: z.number(), calls: z.number() }),
  /** What could not be kept, in plain words. */
  warnings: z.array(z.string()),
});

export type SummarizeInput = z.output<typeof summarizeInput>;
export type Summary = z.output<typeof summarizeOutput>;
