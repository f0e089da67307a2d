import type { Model } from '@glm-tasks/core';
import { DEFAULT_THRESHOLDS, evaluateAnswers, type AnswerCase, type AnswerReport } from '@glm-tasks/answer';
import { createMemoryStore, type Store } from '@glm-tasks/task';
import type { ReadingCase } from './answer-data.ts';
import { makeNearMisses } from './near-miss-cases.ts';
import { percent, printList, printTable } from './print-table.ts';

export interface AnswerEvaluation {
  model: Model;
  cases: readonly ReadingCase[];
  /** Of cases shown to a reader. */
  show: number;
  /** What one section read, another need not read again. */
  store: Store;
}

const NEAR_MISSES = 100;
const CURVE = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Questions with their own paragraph, a refusal counted as 0. The weights of the confidence were fitted on the odd rows; the even ones stand apart. */
export async function measureReading({ model, cases, show, store }: AnswerEvaluation): Promise<void> {
  const report = await evaluateAnswers(cases.map(toCase), { model, store });
  const heldOut = report.results.filter((_, index) => index % 2 === 0);
  const wrong = report.results.filter(({ result, f1 }) => result.status === 'answered' && f1 < 0.3);
  printTable('Questions with their paragraph', ['what', 'all', 'even rows (held out)'], [
    ['questions', report.results.length, heldOut.length],
    ['exact match', 100 * report.exactMatch, 100 * mean(heldOut.map(({ exactMatch }) => exactMatch))],
    ['F1', 100 * report.f1, 100 * mean(heldOut.map(({ f1 }) => f1))],
    ['answered', percent(report.results.filter(isAnswered).length, report.results.length), percent(heldOut.filter(isAnswered).length, heldOut.length)],
    ['quotes that stand in the paragraph word for word', 100 * (report.quotesVerified ?? 0), ''],
    ['quotes of right answers (F1 from 0.5) that contain a gold answer', 100 * (report.quotesWithAnswer ?? 0), ''],
    ['seconds a question, median and p95, side by side', `${(report.latency.median / 1_000).toFixed(1)} and ${(report.latency.p95 / 1_000).toFixed(1)}`, ''],
  ]);
  printList('Answers that share little with a gold answer', wrong.slice(0, show).map(({ case: { question, answers }, result }) => `${question} ${result.status === 'answered' ? result.answer : ''} | gold: ${answers[0]}`));
  printList('Refused', report.results.filter((one) => !isAnswered(one)).slice(0, show).map(({ case: { question }, result }) => `${question} ${describe(result)}`));
}

/** Each question with a paragraph of another article. */
export async function measureEasy({ model, cases, show, store }: AnswerEvaluation): Promise<void> {
  const foreign = cases.map(({ question, answers, context }, index) => {
    const others = [...cases.slice(index + 7), ...cases.slice(0, index + 7)].filter((other) => other.context !== context && !answers.some((one) => other.context.includes(one)));
    return { question, context: (others[0] as ReadingCase).context, answers: [] };
  });
  const report = await evaluateAnswers(foreign, { model, store });
  printTable('Questions with a paragraph of another article', ['refused', 'without asking the model'], [
    [percent(report.results.filter((one) => !isAnswered(one)).length, foreign.length), percent(report.results.filter(({ result }) => result.usage.calls === 0).length, foreign.length)],
  ]);
  printList('Answered all the same', report.results.filter(isAnswered).slice(0, show).map(({ case: { question }, result }) => `${question} ${describe(result)}`));
}

/** Near misses beside the questions they were made of, and what each confidence would give. */
export async function measureNearMisses({ model, cases, show, store }: AnswerEvaluation): Promise<void> {
  const misses = makeNearMisses(cases, Math.min(NEAR_MISSES, cases.length));
  const open = { model, store, thresholds: { confidence: 0 } };
  const near = await evaluateAnswers(misses.map(({ question, context }) => ({ question, context, answers: [] })), open);
  const right = await evaluateAnswers(cases.map(toCase), open);
  const passes = (least: number) => ({ result }: AnswerReport['results'][number]) => result.status === 'answered' && result.confidence >= least;
  const least = DEFAULT_THRESHOLDS.confidence;
  const rows = (['deleted', 'name', 'number'] as const).map((kind) => {
    const own = near.results.filter((_, index) => misses[index]?.kind === kind);
    return [kind, own.length, percent(own.filter((one) => !passes(least)(one)).length, own.length)];
  });
  printTable(`Near misses refused, at the default confidence of ${least}`, ['kind', 'cases', 'refused'], [...rows, ['all', misses.length, percent(near.results.filter((one) => !passes(least)(one)).length, misses.length)]]);
  printTable('Trade-off', ['confidence', 'near misses refused', 'answerable answered', 'the same, even rows', 'F1 of all answerable'], CURVE.map((one) => {
    const isEven = (_: unknown, index: number) => index % 2 === 0;
    return [
      one.toFixed(1),
      percent(near.results.filter((result) => !passes(one)(result)).length, misses.length),
      percent(right.results.filter(passes(one)).length, right.results.length),
      `${percent(near.results.filter((_, index) => isHeldOut(misses[index]?.id, cases)).filter((result) => !passes(one)(result)).length, misses.filter(({ id }) => isHeldOut(id, cases)).length)}; ${percent(right.results.filter(isEven).filter(passes(one)).length, Math.ceil(right.results.length / 2))}`,
      100 * mean(right.results.map((result) => (passes(one)(result) ? result.f1 : 0))),
    ];
  }));
  printList('Near misses answered', near.results.flatMap((one, index) => (passes(least)(one) ? [`${misses[index]?.kind}: ${one.case.question} ${describe(one.result)}`] : [])).slice(0, show));
}

/** Two questions on the same five documents, one after the other; time to the first token of the answer's object. */
export async function measureLatency({ model, cases }: AnswerEvaluation): Promise<void> {
  const rounds: [number, number][] = [];
  const pairs = cases.flatMap((one, index) => cases.slice(index + 1).filter((other) => other.context === one.context).slice(0, 1).map((other) => [one, other] as const)).slice(0, 3);
  for (const [round, [one, other]] of pairs.entries()) {
    const fill = cases.filter(({ context }) => context !== one.context).slice(round * 4, round * 4 + 4).map(({ id, context }) => ({ source: id, text: context }));
    const context = [{ source: one.id, text: one.context }, ...fill];
    const times: number[] = [];
    for (const { question } of [one, other]) times.push(await timeFirst(model, { question, context, answers: [] }));
    rounds.push(times as [number, number]);
  }
  printTable('Seconds to the first token, five documents', ['first question', 'second question on the same', 'ratio'], rounds.map(([first, second]) => [(first / 1_000).toFixed(2), (second / 1_000).toFixed(2), (first / second).toFixed(1)]));
}

async function timeFirst(model: Model, one: AnswerCase): Promise<number> {
  const started = performance.now();
  let first = Infinity;
  const timed: Model = {
    ...model,
    async generateObject(prompt, options) {
      for await (const part of model.streamObject(prompt, options)) {
        first = Math.min(first, performance.now() - started);
        if (part.type === 'object') return part;
      }
      throw new Error('an object stream ended without its object');
    },
  };
  await evaluateAnswers([one], { model: timed, thresholds: { evidence: 0, confidence: 0 }, store: createMemoryStore() });
  return first;
}

function toCase({ question, context, answers }: ReadingCase): AnswerCase {
  return { question, context, answers };
}

function isAnswered({ result }: AnswerReport['results'][number]): boolean {
  return result.status === 'answered';
}

function isHeldOut(id: string | undefined, cases: readonly ReadingCase[]): boolean {
  return cases.findIndex((one) => id?.startsWith(`${one.id} `)) % 2 === 0;
}

function describe(result: AnswerReport['results'][number]['result']): string {
  if (result.status === 'answered') return `-> ${result.answer} (${result.confidence.toFixed(2)})`;
  return result.status === 'refused' ? `-> ${result.reason} ${result.confidence?.toFixed(2) ?? ''}` : '-> clarify';
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
