import type { Model } from '@glm-tasks/core';
import { chunkText, findTerms, type Hit, type Retriever } from '@glm-tasks/task';
import { toMatchForm } from './question.ts';
import type { AnswerInput } from './schema.ts';

/** A stretch of a source that is read at once. */
export interface Window {
  source: string;
  title?: string | undefined;
  /** `slice(start, start + text.length)` of the source's text. */
  text: string;
  start: number;
  /** Of an entry of an FAQ, whose `text` is the question. */
  answer?: string | undefined;
  /** Where that answer stands in the source's text, where it is known to. */
  answerStart?: number | undefined;
  /** The cosine of its vector and the question's, where there are vectors. */
  similarity?: number | undefined;
  /** Title, text and answer as questions are compared with them. */
  matched: string;
}

/** What answers are looked for in. */
export type Searchable = Retriever & {
  /** Needed to say where the answer of an FAQ stands. */
  readText?(source: string): string | undefined;
  readonly passages?: { readonly length: number };
};

export interface WindowRequest {
  context: AnswerInput['context'];
  knowledge: Searchable | undefined;
  /** Forms of the question: as it was asked, rewritten, translated. */
  queries: readonly string[];
  model: Model;
  /** Tokens of all windows together. */
  budget: number;
  signal: AbortSignal | undefined;
}

/** Of a text that is too long to be read whole; small enough that five fit into one prompt. */
const WINDOW_TOKENS = 360;
const WINDOWS = 5;

/**
 * What to read for a question. What fits is read whole and in its own order, so that the next question about it finds it computed; of more, the
 * windows that share most of their rare words with the question, in the order of the documents, so that neighbours read on.
 */
export async function findWindows({ context, knowledge, queries, model, budget, signal }: WindowRequest): Promise<Window[]> {
  const given = context === undefined ? [] : await cutContext(context, queries, model, budget, signal);
  if (!knowledge) return given;
  const hits = await knowledge.search(queries, { limit: WINDOWS, ...(signal ? { signal } : {}) });
  const found = await keepWithin(await Promise.all(hits.map((hit) => readHit(hit, knowledge))), model, budget);
  return [...given, ...found.toSorted((a, b) => (a.source === b.source ? a.start - b.start : a.source < b.source ? -1 : 1))];
}

async function readHit({ passage: { source, title, text, start, end, answer }, similarity }: Hit, knowledge: Searchable): Promise<Window> {
  const whole = knowledge.readText?.(source) ?? '';
  const at = answer === undefined ? -1 : whole.indexOf(answer, end);
  if (answer === undefined || at < 0) return openWindow({ source, title, text, start, answer, similarity });
  // Between question and answer stand its other wordings.
  return { ...(await openWindow({ source, title, text: whole.slice(start, at + answer.length), start })), text, answer, answerStart: at, similarity };
}

async function cutContext(context: NonNullable<AnswerInput['context']>, queries: readonly string[], model: Model, budget: number, signal: AbortSignal | undefined): Promise<Window[]> {
  const items = typeof context === 'string' ? [{ source: 'context', text: context }] : context.map((item, index) => (typeof item === 'string' ? { source: `context-${index + 1}`, text: item } : item));
  const documents = items.filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
  if (documents.length === 0) return [];
  const size = documents.reduce((sum, { text }) => sum + text.length, 0);
  // Counting a library to learn that it does not fit would take longer than reading what matters of it.
  if (size < 8 * budget) {
    const { counts } = await model.countTokens(documents.map(({ text }) => text));
    if (counts.reduce((sum, count) => sum + count, 0) <= budget) return Promise.all(documents.map((document) => openWindow({ ...document, start: 0 })));
  }
  const cut: Omit<Window, 'matched'>[] = [];
  for (const { text, ...document } of documents) {
    for (const chunk of await chunkText(text, { model, maxTokens: WINDOW_TOKENS, signal })) cut.push({ ...document, text: chunk.text, start: chunk.start });
  }
  const windows = await Promise.all(cut.map(openWindow));
  const ranked = rankWindows(windows, queries).slice(0, WINDOWS);
  const kept = new Set(await keepWithin(ranked, model, budget));
  return windows.filter((window) => kept.has(window));
}

async function openWindow(window: Omit<Window, 'matched'>): Promise<Window> {
  const { title, text, answer } = window;
  return { ...window, matched: await toMatchForm([title, text, answer].filter((part) => part !== undefined).join('\n')) };
}

/** By the shared terms, rare ones counting more; a window that shares nothing is left out. */
function rankWindows(windows: readonly Window[], queries: readonly string[]): Window[] {
  const wanted = new Set(queries.flatMap((query) => [...findTerms(query)]));
  const terms = windows.map(({ matched }) => findTerms(matched));
  const weights = new Map([...wanted].map((term) => [term, Math.log(1 + windows.length / (0.5 + terms.filter((has) => has.has(term)).length))]));
  const scored = windows.map((window, index) => ({ window, score: [...weights].reduce((sum, [term, weight]) => sum + (terms[index]?.has(term) ? weight : 0), 0) }));
  return scored.filter(({ score }) => score > 0).toSorted((a, b) => b.score - a.score).map(({ window }) => window);
}

/** The best, as many as fit; the first always. */
async function keepWithin(windows: readonly Window[], model: Model, budget: number): Promise<Window[]> {
  const { counts } = await model.countTokens(windows.map(({ text, answer = '' }) => `${text}\n${answer}`));
  let left = budget;
  return windows.filter((_, index) => (left -= counts[index] ?? 0) >= 0 || index === 0);
}
