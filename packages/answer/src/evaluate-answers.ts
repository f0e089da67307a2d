import { lastOf, mapChunks, verifyQuote, type Retriever } from '@glm-tasks/task';
import { answer, type AnswerRun } from './answer.ts';
import type { Answer, AnswerInput, Turn } from './schema.ts';
import { scoreAnswer } from './score-answer.ts';

/** A labelled question. */
export interface AnswerCase {
  question: string;
  context?: AnswerInput['context'];
  history?: Turn[];
  /** Right answers; empty where the documents do not say it and a refusal is right. */
  answers: readonly string[];
  /** Where the answer stands, for the retrieval figures; a source alone is enough. */
  passages?: readonly { source: string; start?: number; end?: number }[];
}

export interface AnswerReport {
  answerable: number;
  unanswerable: number;
  /** Means over the answerable cases, 0 to 1; one that was not answered counts as 0. */
  exactMatch: number;
  f1: number;
  /** Shares, 0 to 1; undefined where there is nothing to take a share of. */
  answered: number | undefined;
  /** Of the cases that were refused, those that were to be; and of those that were to be, the refused ones. */
  refusalPrecision: number | undefined;
  refusalRecall: number | undefined;
  /** Quotes of the context that stand in it word for word. */
  quotesVerified: number | undefined;
  /** Of the right answers (F1 of 0.5 and more), those whose quotes contain an expected answer. */
  quotesWithAnswer: number | undefined;
  retrieval: { recallAt1: number; recallAt5: number; meanReciprocalRank: number } | undefined;
  /** Milliseconds a case. */
  latency: { median: number; p95: number };
  results: { case: AnswerCase; result: Answer; exactMatch: number; f1: number; milliseconds: number }[];
}

export interface EvaluationRun extends AnswerRun {
  thresholds?: AnswerInput['thresholds'];
  /** Cases at a time. @default the model's slots */
  concurrency?: number;
}

const RIGHT = 0.5;
const DEPTH = 10;

/**
 * Answers labelled questions and says how well: exact match and F1, refusals, quotes, retrieval, latency.
 *
 * @example
 * const report = await evaluateAnswers([{ question: 'Who built it?', context: 'It was built by Miriam Holt.', answers: ['Miriam Holt'] }], { model });
 * console.log(report.f1, report.refusalRecall);
 */
export async function evaluateAnswers(cases: readonly AnswerCase[], run: EvaluationRun = {}): Promise<AnswerReport> {
  const { thresholds, concurrency = run.model?.slots ?? 1, ...given } = run;
  const work = mapChunks(cases, async (one, signal) => {
    const { question, context, history = [], answers } = one;
    const started = performance.now();
    const result = await answer({ question, ...(context === undefined ? {} : { context }), history, ...(thresholds ? { thresholds } : {}) }, { ...given, signal });
    const score = result.status === 'answered' ? scoreAnswer(result.answer, answers) : { exactMatch: 0, f1: 0 };
    return { case: one, result, ...score, milliseconds: performance.now() - started };
  }, { concurrency, signal: run.signal });
  const results = await lastOf(work);
  const answerable = results.filter(({ case: { answers } }) => answers.length > 0);
  const unanswerable = results.filter(({ case: { answers } }) => answers.length === 0);
  const refused = results.filter(({ result }) => result.status !== 'answered');
  const right = answerable.filter(({ f1 }) => f1 >= RIGHT);
  const quotes = results.flatMap(({ case: { context }, result }) => (result.status === 'answered' && context !== undefined ? result.quotes.map((quote) => ({ quote, context })) : []));
  const times = results.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  return {
    answerable: answerable.length,
    unanswerable: unanswerable.length,
    exactMatch: mean(answerable.map(({ exactMatch }) => exactMatch)) ?? 0,
    f1: mean(answerable.map(({ f1 }) => f1)) ?? 0,
    answered: mean(answerable.map(({ result }) => Number(result.status === 'answered'))),
    refusalPrecision: mean(refused.map(({ case: { answers } }) => Number(answers.length === 0))),
    refusalRecall: mean(unanswerable.map(({ result }) => Number(result.status !== 'answered'))),
    quotesVerified: mean(quotes.map(({ quote, context }) => Number(textOf(context, quote.source)?.slice(quote.start, quote.end) === quote.text))),
    quotesWithAnswer: mean(right.map(({ case: { answers }, result }) => Number(result.status === 'answered' && result.quotes.some(({ text }) => answers.some((expected) => verifyQuote(expected, text).state !== 'not_found'))))),
    retrieval: given.knowledge ? await measureRetrieval(cases, given.knowledge) : undefined,
    latency: { median: at(times, 0.5), p95: at(times, 0.95) },
    results,
  };
}

async function measureRetrieval(cases: readonly AnswerCase[], knowledge: Retriever): Promise<AnswerReport['retrieval']> {
  const ranks: number[] = [];
  for (const { question, passages = [] } of cases) {
    if (passages.length === 0) continue;
    const hits = await knowledge.search(question, { limit: DEPTH });
    ranks.push(1 + hits.findIndex(({ passage }) => passages.some(({ source, start = 0, end = Infinity }) => passage.source === source && passage.start < end && passage.end > start)));
  }
  const share = (depth: number) => mean(ranks.map((rank) => Number(rank > 0 && rank <= depth))) ?? 0;
  return ranks.length === 0 ? undefined : { recallAt1: share(1), recallAt5: share(5), meanReciprocalRank: mean(ranks.map((rank) => (rank > 0 ? 1 / rank : 0))) ?? 0 };
}

/** By the names that `answer` gives to what has none. */
function textOf(context: NonNullable<AnswerInput['context']>, source: string): string | undefined {
  if (typeof context === 'string') return source === 'context' ? context : undefined;
  const item = context.find((one, index) => (typeof one === 'string' ? `context-${index + 1}` : one.source) === source);
  return typeof item === 'string' ? item : item?.text;
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
