import { createMarker, cutSentences, defineTask, splitSentences, type Store, type Task, type TaskContext, type TaskEvent, type TaskRun } from '@glm-tasks/task';
import type { z } from 'zod';
import { createSentenceCheck, leaveOutOrders } from './check-sentences.ts';
import { compose } from './compose.ts';
import { condense, type Condensed, type Reading } from './condense.ts';
import { readCorpus, type Corpus } from './corpus.ts';
import { missedTarget, type Draft } from './draft.ts';
import { planSummarize } from './estimate.ts';
import { frameSummary, type Frame } from './frame.ts';
import { renderMinutes, writeMinutes, type Minutes } from './minutes.ts';
import { planSummary, type Plan } from './plan.ts';
import { joinPieces } from './prompts.ts';
import { countSections } from './sections.ts';
import { summarizeInput, summarizeOutput, type Summary } from './schema.ts';
import { fillStructure, readSchema } from './structure.ts';
import { translateSummary } from './translate-summary.ts';
import { verify } from './verify.ts';

export interface SummarizeRun extends TaskRun {
  /** What the summary is to be: the model fills the schema, zod validates it, `object` of the result is its output. */
  schema?: z.ZodType | undefined;
  /** Remembers every finished call, by what was asked: a run that was stopped goes on, an edited text pays for what changed. */
  store?: Store | undefined;
}

type Input = z.input<typeof summarizeInput> | string;

export interface Summarize extends Task<typeof summarizeInput, typeof summarizeOutput, SummarizeRun> {
  <S extends z.ZodType>(input: Input, run: SummarizeRun & { schema: S }): Promise<Summary & { object: z.output<S> }>;
  (input: Input, run?: SummarizeRun): Promise<Summary>;
  /** What a run would take: its parts, calls, tokens, and seconds by the pace the model shows in a few short calls. */
  plan: typeof planSummarize;
}

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

/** All that the ways of writing have in common. */
export interface Job extends Frame {
  corpus: Corpus;
  plan: Plan;
  reading: Reading;
  unsupported: 'flag' | 'drop';
}

type Written = Omit<Summary, 'chunks' | 'coverage' | 'skipped' | 'usage' | 'warnings'> & { notes: string[] };

const task = defineTask({
  name: 'summarize',
  description: 'Summarize text of any length as a paragraph, key points, a headline, a tl;dr, minutes or a structure',
  input: summarizeInput,
  output: summarizeOutput,
  async *run(input, { model, signal, store, schema: zod, usage }: TaskContext<SummarizeRun>) {
    const schema = readSchema(input.schema, zod);
    const corpus = readCorpus(input);
    const frame = frameSummary(input, corpus, schema !== undefined);
    yield { type: 'progress', stage: 'planning', done: 0, total: 1 };
    const plan = await planSummary(corpus, model, { ...frame, detail: input.detail, stable: store !== undefined, signal });
    const warnings: string[] = [];
    const { wording, textLanguage, ask } = frame;
    const reading: Reading = { model, wording, marker: createMarker(corpus.text), textLanguage, speakers: corpus.speakers, focus: ask.focus, store, signal, warnings, leftOut: { count: 0 } };
    const job: Job = { ...frame, corpus, plan, reading, unsupported: input.unsupported };
    const { notes, ...written } = yield* schema ? writeStructure(job, schema) : input.format === 'minutes' ? writeAsMinutes(job) : writeAsText(job);

    for (const sentence of cutSentences(written.summary)) yield { type: 'text-delta', text: sentence };
    const chunks = plan.single
      ? corpus.documents.map((document) => ({ ...corpus.place(document), summary: written.summary }))
      : plan.chunks.map((chunk) => ({ ...corpus.place(chunk), summary: notes[chunk.index] ?? '' }));
    const coverage = plan.chunks.reduce((sum, { text }) => sum + text.length, 0) / corpus.characters;
    return { ...written, chunks, coverage, skipped: plan.skipped.map((skipped) => corpus.place(skipped)), usage: { ...usage }, warnings };
  },
});

/**
 * Summarizes a text of any length, or several, in the language of the text unless another is asked for. A long text is read in parts, all of
 * it unless `detail` is below 1, and `coverage` says so. Throws `invalid_input` for an empty text, `output_invalid` when the model's text
 * keeps failing its checks.
 *
 * @example
 * const { summary } = await summarize('A long text …', { model });
 * await summarize({ text, length: { characters: 200 }, language: 'zh', focus: '成本' }, { model, signal });
 * const { object } = await summarize(text, { model, schema: z.object({ title: z.string(), people: z.array(z.string()) }) });
 */
export const summarize = Object.assign(task, { plan: planSummarize }) as Summarize;

async function* writeAsText(job: Job): Steps<Written> {
  const { corpus, ask, draftLanguage, isTranslated, reading, unsupported, writeTokens, target } = job;
  const { pieces, notes } = yield* read(job, countSections(ask, draftLanguage));
  const composing = { ...reading, ...ask, isSource: notes.length === 0, outputLanguage: draftLanguage, writeTokens };
  let written = yield* compose({ ...composing, pieces });
  // What looks like an order to a model may be what a text is about, so it is read; where it was followed, the summary is written without it.
  const unordered = pieces.map(leaveOutOrders);
  if (followsOrders(written, corpus.text) && hasContent(unordered.join(''))) written = yield* compose({ ...composing, pieces: unordered });
  const verified = verify(written, corpus, { format: ask.format, unsupported, warnings: reading.warnings });
  const { draft, points, unverified } = isTranslated ? yield* translateSummary(verified, job) : verified;
  return { ...draft, points, unverified, lengthMet: missedTarget(draft, target) === 0, notes };
}

function followsOrders({ summary, points }: Draft, text: string): boolean {
  const check = createSentenceCheck(text);
  return (points ?? splitSentences(summary)).some((sentence) => check(sentence).isOrdered);
}

function hasContent(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

async function* writeStructure(job: Job, schema: z.ZodType): Steps<Written> {
  const { corpus, ask, outputLanguage, reading, writeTokens } = job;
  const { pieces, notes } = yield* read(job, 1);
  const document = joinPieces(pieces, ask, reading.wording, notes.length === 0);
  const { object, summary, unverified } = yield* fillStructure(document, schema, corpus, { ...reading, ...ask, outputLanguage, writeTokens, isSource: notes.length === 0 });
  return { summary, object, unverified, lengthMet: true, notes };
}

async function* writeAsMinutes(job: Job): Steps<Written> {
  const { corpus, plan, outputLanguage, textLanguage, reading, unsupported } = job;
  const minutes = yield* writeMinutes(plan.chunks, { ...reading, textLanguage, outputLanguage, unsupported });
  const { notes, ...text } = yield* writeAsText(job);
  const place = <Entry extends Minutes['decisions'][number]>(entry: Entry): Entry => ({ ...entry, sources: entry.sources.map((source) => ({ ...corpus.place(source), text: source.text })) });
  const placed = { decisions: minutes.decisions.map(place), actions: minutes.actions.map(place), questions: minutes.questions.map(place) };
  return { ...text, summary: renderMinutes(minutes, text.summary, outputLanguage), minutes: placed, notes };
}

/** What the last call (or calls, `sections` of them) read: everything, or the notes on it. */
async function* read({ plan, reading }: Job, sections: number): Steps<{ pieces: string[]; notes: string[] }> {
  if (!plan.single) {
    const { digest, notes }: Condensed = yield* condense(plan, sections, reading);
    return { pieces: digest, notes };
  }
  return { pieces: plan.documents.map(({ text }) => text), notes: [] };
}
