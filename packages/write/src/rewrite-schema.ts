import { z } from 'zod';

const count = z.number().int('give a whole number').min(5, 'give at least 5').max(100_000, 'give at most 100000');
const hasContent = (text: string) => /[\p{L}\p{N}]/u.test(text);

/** The text and at least one wish. */
export const rewriteInput = z
  .object({
    text: z.string('give the text to rewrite').refine(hasContent, 'there is nothing to rewrite in it: give a text with letters or digits').describe('the text to rewrite'),
    tone: z.enum(['formal', 'informal', 'friendly', 'neutral'], 'give "formal", "informal", "friendly" or "neutral"').optional().describe('how it is to sound: formal, informal, friendly or neutral'),
    /** The same as tone: 'formal'. */
    formal: z.boolean().optional().describe('make it formal'),
    simpler: z.boolean().optional().describe('use short sentences and common words'),
    /** Anything else that is wanted of the wording. */
    style: z.string().trim().min(1, 'say what the text is to be like, or leave it out').max(200, 'give at most 200 characters').optional().describe('how else it is to be written, in a few words'),
    /** shorter is 40 to 80 % of the text, longer 115 to 170 %; a number is met within 15 %. */
    length: z
      .union([z.enum(['shorter', 'longer']), z.strictObject({ words: count }), z.strictObject({ characters: count })], 'give "shorter", "longer", { words } or { characters } with a whole number from 5')
      .optional()
      .describe('how long it is to be: shorter, longer, or in words or characters'),
  })
  .superRefine(({ tone, formal, simpler, style, length }, context) => {
    const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (tone === undefined && formal !== true && simpler !== true && style === undefined && length === undefined) refuse(['tone'], 'say what is to change: "tone", "formal", "simpler", "style" or "length"');
    if (formal === true && tone !== undefined && tone !== 'formal') refuse(['formal'], `the text cannot be formal and ${tone}: give one of them`);
  });

export const rewriteOutput = z.object({
  text: z.string(),
  /** By UTF-16 offsets into the text given; together with the white space between them they are all of it. */
  parts: z.array(
    z.object({
      start: z.number(),
      end: z.number(),
      text: z.string(),
      /** rewritten; partly: some of its sentences; kept: as it was, because nothing passed the checks or there was nothing to rewrite. */
      state: z.enum(['rewritten', 'partly', 'kept']),
      /** Why something was kept. */
      issues: z.array(z.string()),
    }),
  ),
  language: z.string(),
  lengthMet: z.boolean(),
  /** incomplete: something was kept that should have changed. */
  status: z.enum(['complete', 'incomplete']),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), cachedTokens: z.number(), calls: z.number() }),
  warnings: z.array(z.string()),
});

export type RewriteInput = z.output<typeof rewriteInput>;
export type Rewriting = z.output<typeof rewriteOutput>;
