import { z } from 'zod';
import { span } from '@glm-tasks/task';

const ONE_QUESTION = 2_000;
const ONE_TURN = 20_000;

export const turn = z.strictObject({
  role: z.enum(['user', 'assistant'], 'give "user" or "assistant"'),
  content: z.string('give what was said').max(ONE_TURN, `give at most ${ONE_TURN} characters`),
});

const contextDocument = z.strictObject({
  /** What its quotes are marked with. */
  source: z.string().min(1, 'give the document a name'),
  title: z.string().optional(),
  text: z.string('give the text of the document'),
});

/** How sure is sure enough, from 0 (answer whenever there is a quote) to 1. `calibrate` chooses them for a corpus. */
export const thresholds = z.strictObject({
  /** Before the model is asked: the share of the question that its best passage carries. */
  evidence: z.number().min(0).max(1),
  /** After it: of an answer with a verified quote. */
  confidence: z.number().min(0).max(1),
});

/** For questions that were asked with their text in view; those in other words need lower ones, or `calibrate`. */
export const DEFAULT_THRESHOLDS: z.output<typeof thresholds> = { evidence: 0.3, confidence: 0.5 };

export const answerInput = z
  .object({
    question: z.string('give the question as a string').max(ONE_QUESTION, `give at most ${ONE_QUESTION} characters`).optional().describe('the question'),
    /** The same as `question`: what a bare string becomes. */
    text: z.string('give the question as a string').max(ONE_QUESTION, `give at most ${ONE_QUESTION} characters`).optional().describe('the question, under its other name'),
    context: z
      .union([z.string(), z.array(z.union([z.string(), contextDocument])).max(10_000, 'give at most 10000 documents; more belong in a knowledge')], 'give a text, or a list of texts or { source, text }')
      .optional()
      .describe('what to answer from, where no knowledge is given'),
    /** What was said before, oldest first. Only the last turns are looked at. */
    history: z.array(turn).max(10_000, 'give at most 10000 turns').default([]).describe('turns before this one, as { role, content }'),
    /** auto: the extractive reader where the run has one, else the model. */
    reader: z.enum(['auto', 'llm', 'extractive'], 'give "auto", "llm" or "extractive"').default('auto').describe('what reads: auto, llm or extractive'),
    thresholds: thresholds.partial().optional().describe('how sure is sure enough: { evidence, confidence }'),
  })
  .superRefine(({ question, text, context }, check) => {
    const refuse = (field: string, message: string) => check.addIssue({ code: 'custom', path: [field], message });
    if (question !== undefined && text !== undefined) refuse('text', 'it is another name of "question"; give one of them');
    if (!/[\p{L}\p{N}]/u.test(question ?? text ?? '')) refuse('question', 'give a question');
    const names = (Array.isArray(context) ? context : []).map((item) => (typeof item === 'string' ? undefined : item.source)).filter((name) => name !== undefined);
    const again = names.find((name, index) => names.indexOf(name) !== index);
    if (again !== undefined) refuse('context', `two documents are called "${again}"`);
  });

const spent = {
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), cachedTokens: z.number(), calls: z.number() }),
  warnings: z.array(z.string()),
  /** The question as it was searched for, where it was rewritten. */
  rewritten: z.string().optional(),
};

/**
 * no_knowledge: there is nothing to look in. not_a_question: nothing is left of it but orders to the model. nothing_found: no passage is about it.
 * fact_missing: it asks about a name, number or date the sources do not have. not_answered: the passages do not say it. no_quote: what was
 * answered stands nowhere. unsure: an answer with a quote, below the threshold.
 */
export const refusal = z.enum(['no_knowledge', 'not_a_question', 'nothing_found', 'fact_missing', 'not_answered', 'no_quote', 'unsure']);

export const answerOutput = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('answered'),
    answer: z.string(),
    /** What supports it, word for word; several where sources say different things. */
    quotes: z.array(span).min(1),
    /** 0 to 1. */
    confidence: z.number(),
    /** 0 to 1: how much of the question the best source carries, by words alone. */
    evidence: z.number(),
    ...spent,
  }),
  z.object({ status: z.literal('clarify'), question: z.string(), ...spent }),
  z.object({
    status: z.literal('refused'),
    reason: refusal,
    /** The same in words, for a log. */
    message: z.string(),
    /** The passages that came nearest, best first. */
    nearest: z.array(span),
    /** Of an `unsure` one. */
    confidence: z.number().optional(),
    evidence: z.number(),
    ...spent,
  }),
]);

export type AnswerInput = z.output<typeof answerInput>;
export type Answer = z.output<typeof answerOutput>;
export type Refusal = z.output<typeof refusal>;
export type Thresholds = z.output<typeof thresholds>;
export type Turn = z.output<typeof turn>;
