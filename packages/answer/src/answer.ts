import { TaskError, type Reader } from '@glm-tasks/core';
import { cutSentences, defineTask, isInLanguage, type Span, type Store, type TaskContext, type TaskRun } from '@glm-tasks/task';
import { clarifyQuestion } from './clarify-question.ts';
import { findWindows, type Searchable, type Window } from './find-windows.ts';
import { judgeSources, refuseByEvidence, strengthOf, type JudgedSource } from './gate-evidence.ts';
import { chooseWording, type Wording } from './prompts.ts';
import { readQuestion, type Question } from './question.ts';
import { leaveOutOrders } from './read-by-model.ts';
import { createRead, findOtherAnswer, readOrRetry } from './read-windows.ts';
import { rewriteQuestion } from './rewrite-question.ts';
import { DEFAULT_THRESHOLDS, answerInput, answerOutput, type Answer, type AnswerInput, type Refusal } from './schema.ts';
import { translateQuestion } from './translate-question.ts';

export interface AnswerRun extends TaskRun {
  /** What to look in: a knowledge of ours, or anything that finds passages. */
  knowledge?: Searchable | undefined;
  /** Reads instead of the model unless `reader` of the input is "llm"; `loadReader` of @glm-tasks/core loads one. */
  reader?: Reader | undefined;
  /** What was read and rewritten before is remembered there. */
  store?: Store | undefined;
}

type Run = TaskContext<AnswerRun>;
type WithoutCosts<T> = T extends unknown ? Omit<T, 'usage' | 'warnings'> : never;
type Outcome = WithoutCosts<Answer>;
type Progress = { type: 'progress'; stage: string; done: number; total: number };

/** Tokens of all that is read for a question; a small model does not read more of them well. */
const BUDGET = 2_400;
/** For instructions, question, quote and answer. */
const RESERVED = 1_100;
const NEAREST = 3;

/**
 * Answers a question from a text or a knowledge, with the sentences that say so, word for word; or asks back; or refuses, because nothing there
 * says it. What must not go wrong is checked by code: the question's names, numbers and words are looked for before the model is asked; its
 * quote is looked for in the source and its answer in the quote afterwards. Quotes are cut out of the source, never taken from the model.
 *
 * A bare string is the question, for a run with a `knowledge`.
 *
 * @throws TaskError `invalid_input` where an extractive reader is asked for and the run has none
 *
 * @example
 * const result = await answer({ question: 'Who designed the bridge?', context: 'The bridge was designed by Miriam Holt in 1952.' }, { model });
 * if (result.status === 'answered') console.log(result.answer, result.quotes[0].text);
 */
export const answer = defineTask({
  name: 'answer',
  description: 'Answer a question from documents, with the sentences that say so, or refuse',
  input: answerInput,
  output: answerOutput,
  async *run(input: AnswerInput, run: Run) {
    const warnings: string[] = [];
    const outcome = yield* answerQuestion(input, run, warnings);
    if (outcome.status === 'answered') for (const sentence of cutSentences(outcome.answer)) yield { type: 'text-delta' as const, text: sentence };
    return { ...outcome, usage: { ...run.usage }, warnings };
  },
});

async function* answerQuestion(input: AnswerInput, run: Run, warnings: string[]): AsyncGenerator<Progress, Outcome> {
  const reader = chooseReader(input, run);
  const { context, history } = input;
  const { knowledge, model, store, signal } = run;
  const asked = leaveOutOrders((input.question ?? input.text ?? '').trim());
  if (asked.left.length > 0) warnings.push(`orders to the model in the question were left out: ${asked.left.join(' ').trim()}`);
  if (!/[\p{L}\p{N}]/u.test(asked.kept)) return refuse('not_a_question', 'Nothing is left of the question but orders to the model.');
  if (isEmpty(context, knowledge)) return refuse('no_knowledge', 'There is nothing to look in: give a context, or a knowledge that holds something in the run.');

  yield { type: 'progress', stage: 'searching', done: 0, total: 3 };
  const original = await readQuestion(asked.kept.trim());
  const wording = chooseWording(original.language);
  const request = { model, wording, store, signal };
  const rewritten = await rewriteQuestion(original, history, request);
  const question = rewritten === undefined ? original : await readQuestion(rewritten);
  const told = rewritten === undefined ? {} : { rewritten };
  const { windows, isForeign } = await searchInBothLanguages(input, run, question, [...new Set([original.text, question.text])], wording);
  if (windows.length === 0) return { ...refuse('nothing_found', 'No passage shares a word with the question.'), ...told };
  warnings.push(...windows.flatMap(listOrders));
  const clarification = clarifyQuestion(question, windows, wording);
  if (clarification !== undefined) return { status: 'clarify', question: clarification, ...told };
  const least = { evidence: input.thresholds?.evidence ?? DEFAULT_THRESHOLDS.evidence, confidence: input.thresholds?.confidence ?? DEFAULT_THRESHOLDS.confidence };
  const judged = judgeSources(question, windows);
  const nearest = judged.slice(0, NEAREST).map(({ best }) => spanOf(best));
  const [best] = judged as [JudgedSource, ...JudgedSource[]];
  const about = { ...told, nearest, evidence: strengthOf(best.evidence) };
  const refusal = isForeign ? undefined : refuseByEvidence(judged, least.evidence);
  if (refusal) return { ...refuse(refusal.reason, refusal.message), ...about };

  yield { type: 'progress', stage: 'reading', done: 1, total: 3 };
  const evidenceOf = (name: string) => (isForeign ? undefined : judged.find(({ source }) => source === name)?.evidence);
  const read = createRead(question, evidenceOf, reader, request);
  const found = await readOrRetry(read, windows, best.best);
  yield { type: 'progress', stage: 'verifying', done: 2, total: 3 };
  if (found === 'no_quote') return { ...refuse(found, 'What was answered stands nowhere in the documents.'), ...about };
  if (found === 'not_answered') return { ...refuse(found, 'The documents do not say it.'), ...about };
  const { confidence } = found;
  if (confidence < least.confidence) return { ...refuse('unsure', `There is an answer with a quote, but its confidence is ${confidence.toFixed(2)}; ${least.confidence} is asked for.`), confidence, ...about };

  const other = await findOtherAnswer(read, found, judged, least.confidence);
  const all = other ? [found, other] : [found];
  if (all.some(({ foreign }) => foreign)) warnings.push('the answer is in another language than its quote: only its numbers and names were compared');
  if (other) warnings.push(`the sources say different things: ${found.quote.source} and ${other.quote.source}`);
  const said = other ? wording.differ(all.map(({ answer, quote }) => ({ source: quote.source, answer }))) : found.answer;
  return { status: 'answered', answer: said, quotes: all.map(({ quote }) => quote), confidence, evidence: about.evidence, ...told };
}

function isEmpty(context: AnswerInput['context'], knowledge: Searchable | undefined): boolean {
  const texts = typeof context === 'string' ? [context] : (context ?? []).map((item) => (typeof item === 'string' ? item : item.text));
  return !texts.some((text) => /[\p{L}\p{N}]/u.test(text)) && (!knowledge || knowledge.passages?.length === 0);
}

function chooseReader(input: AnswerInput, run: Run): Reader | undefined {
  if (input.reader === 'extractive' && !run.reader) throw new TaskError('invalid_input', 'answer: "reader" is "extractive", but the run has no reader; give it one that loadReader loaded.', { details: { field: 'reader' } });
  return input.reader === 'llm' ? undefined : run.reader;
}

/** A question that is in another language than what it finds is searched for in that language too. Its words then say nothing about the evidence. */
async function searchInBothLanguages({ context }: AnswerInput, { model, knowledge, store, signal }: Run, question: Question, queries: string[], wording: Wording): Promise<{ windows: Window[]; isForeign: boolean }> {
  const search = async (all: string[]) => findWindows({ context, knowledge, queries: all, model, budget: Math.min(BUDGET, model.contextLength - RESERVED), signal });
  const differs = (found: readonly Window[]) => found.length > 0 && found.every(({ matched }) => !isInLanguage(matched, question.language, 0.5));
  const windows = await search(queries);
  if (windows.length > 0 && !differs(windows)) return { windows, isForeign: false };
  const translated = await translateQuestion(question, windows[0]?.text, { model, wording, store, signal });
  const again = translated === undefined ? windows : await search([...queries, translated]);
  return { windows: again, isForeign: differs(again) };
}

function listOrders({ text, source, answer = '' }: Window): string[] {
  return leaveOutOrders(`${text}\n${answer}`).left.map((order) => `an order to the model in "${source}" was left out: ${order.trim()}`);
}

function spanOf({ source, start, text }: Window): Span {
  return { source, start, end: start + text.length, text };
}

function refuse(reason: Refusal, message: string): Extract<Outcome, { status: 'refused' }> {
  return { status: 'refused', reason, message, nearest: [], evidence: 0 };
}
