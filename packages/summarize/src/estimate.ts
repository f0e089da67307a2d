import { defineTask, type TaskContext, type TaskRun } from '@glm-tasks/task';
import { z } from 'zod';
import { readCorpus } from './corpus.ts';
import { frameSummary, type Frame } from './frame.ts';
import { measurePace } from './measure-pace.ts';
import { planSummary, type Plan } from './plan.ts';
import { summarizeInput } from './schema.ts';
import { countSections, countSentences, hasSections } from './sections.ts';
import { readSchema } from './structure.ts';

const stretch = { source: z.string().optional(), start: z.number(), end: z.number() };

const planOutput = z.object({
  /** The parts that will be read, by UTF-16 offsets, and their tokens. */
  chunks: z.array(z.object({ ...stretch, tokens: z.number() })),
  /** What will not be read, where `detail` is below 1. */
  skipped: z.array(z.object(stretch)),
  /** Calls of the model if no guard fails. */
  calls: z.number(),
  /** Tokens read, those that are read again included, and tokens written; estimates. */
  tokens: z.object({ input: z.number(), output: z.number() }),
  /** By the pace the model showed a moment ago. */
  seconds: z.number(),
});

export type SummaryPlan = z.output<typeof planOutput>;

export interface PlanRun extends TaskRun {
  /** The schema of `summarize`, whose tokens count too. */
  schema?: z.ZodType | undefined;
}

/** What a note on a part takes of the room it has (0.5B and 1.5B, English and Chinese: 85 to 130 of 200 tokens). */
const NOTE_SHARE = 0.55;
/** System text, fence and template of a call. */
const FRAME_TOKENS = 110;

/** {@link summarize} as it would run: the parts, the calls, the tokens and the time. A few short calls measure the model's pace. */
export const planSummarize = defineTask({
  name: 'summarize.plan',
  description: 'Say what summarizing would take, before it runs',
  input: summarizeInput,
  output: planOutput,
  async *run(input, { model, signal, schema }: TaskContext<PlanRun>) {
    const corpus = readCorpus(input);
    const hasSchema = readSchema(input.schema, schema) !== undefined;
    const frame = frameSummary(input, corpus, hasSchema);
    yield { type: 'progress', stage: 'planning', done: 0, total: 1 };
    const plan = await planSummary(corpus, model, { ...frame, detail: input.detail, stable: false, signal });
    const { calls, tokens } = estimateWork(plan, frame, { minutes: input.format === 'minutes', hasSchema });
    const pace = await measurePace(model, calls, signal);
    return {
      chunks: plan.chunks.map((chunk) => ({ ...corpus.place(chunk), tokens: chunk.tokens })),
      skipped: plan.skipped.map((skipped) => corpus.place(skipped)),
      calls,
      tokens,
      seconds: tokens.input / pace.readPerSecond + tokens.output / pace.writePerSecond,
    };
  },
});

interface Work {
  calls: number;
  tokens: { input: number; output: number };
}

function estimateWork({ chunks, single, readTokens, noteTokens }: Plan, { ask, outputLanguage, writeTokens }: Frame, { minutes, hasSchema }: { minutes: boolean; hasSchema: boolean }): Work {
  const work: Work = { calls: 0, tokens: { input: 0, output: 0 } };
  const call = (input: number, output: number) => {
    work.calls++;
    work.tokens.input += input + FRAME_TOKENS;
    work.tokens.output += output;
  };
  const note = Math.ceil(noteTokens * NOTE_SHARE);
  if (minutes) for (const { tokens } of chunks) call(tokens, note);
  const written = Math.ceil(writeTokens * NOTE_SHARE);
  const all = chunks.reduce((sum, { tokens }) => sum + tokens, 0);
  if (single) {
    const { documents, update, focus } = ask;
    const apart = documents > 1 && !hasSchema && !update && focus === undefined;
    const isWholeNeeded = !apart || !hasSections(ask, outputLanguage) || countSections(ask, outputLanguage) < documents;
    if (apart) for (let index = 0; index < documents; index++) call(all / documents, note / 3);
    if (isWholeNeeded) call(apart ? (documents * note) / 3 : all, written);
    return work;
  }
  for (const { tokens } of chunks) if (tokens > noteTokens) call(tokens, note);
  const sections = hasSchema ? 1 : countSections(ask, outputLanguage);
  let notes = chunks.length;
  const each = Math.max(2, Math.floor((readTokens - (sections === 1 ? 0 : noteTokens)) / (note + 1)));
  for (let groups = Math.ceil(notes / each); groups > sections; groups = Math.ceil(notes / each)) {
    for (let group = 0; group < groups; group++) call(each * note, note);
    notes = groups;
  }
  const writes = hasSchema || ask.format === 'headline' || ask.format === 'tl;dr' || !hasSections(ask, outputLanguage) ? sections : Math.min(notes, countSentences(ask.target, outputLanguage));
  for (let index = 0; index < writes; index++) call((notes * note) / writes, writes === 1 ? written : note / 2);
  if (writes > 1 && !hasSections(ask, outputLanguage)) call(writes * note, written);
  return work;
}
