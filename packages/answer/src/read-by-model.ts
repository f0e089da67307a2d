import { isTaskError, type Message, type Model } from '@glm-tasks/core';
import { buildPrompt, createMarker, markOrders, neutralize, remember, cutSentences, type Store } from '@glm-tasks/task';
import { z } from 'zod';
import type { Window } from './find-windows.ts';
import type { Wording } from './prompts.ts';

/** What a reader says about a question, before anybody has checked it. */
export interface Reading {
  quote: string;
  answer: string;
  answerable: boolean;
}

export interface ReadRequest {
  model: Model;
  wording: Wording;
  store?: Store | undefined;
  signal?: AbortSignal | undefined;
}

/** To be raised with every change of what is asked. */
const VERSION = 1;
/** A model that copies the whole document has not found the place. */
const LONGEST_QUOTE = 160;
const LONGEST_ANSWER = 160;
const MAX_TOKENS = 360;

// The quote comes first: what is written down grounds what follows.
const form = z.object({ quote: z.string().max(LONGEST_QUOTE), answerable: z.boolean(), answer: z.string().max(LONGEST_ANSWER) });

/**
 * Asks the model for a quote and an answer. Documents stand before the question, so that a second question about them is read without computing
 * them again. Undefined where the model wrote no such object twice.
 */
export async function readByModel(question: string, windows: readonly Window[], request: ReadRequest): Promise<Reading | undefined> {
  const { model, wording, store, signal } = request;
  const { prompt, parts } = openPrompt(question, windows, wording.order, request);
  const read = () => model.generateObject(prompt, { schema: form, maxTokens: MAX_TOKENS, ...(signal ? { signal } : {}) }).then(({ object }) => object, nothingWritten);
  return (await remember(store, { made: 'reading', ...parts }, read, form.nullable())) ?? undefined;
}

/** An answer that fits no schema is no answer; everything else is an error. */
function nothingWritten(error: unknown): null {
  if (isTaskError(error) && error.code === 'output_invalid') return null;
  throw error;
}

/** The probability, 0 to 1, that the model gives to "yes, the documents say it"; undefined where its engine cannot tell. */
export async function rateByModel(question: string, windows: readonly Window[], request: ReadRequest): Promise<number | undefined> {
  const { model, wording, store, signal } = request;
  const { prompt, parts } = openPrompt(question, windows, wording.ask, request);
  const rate = async () => {
    const [yes, no] = await model.score(prompt, [wording.yes, wording.no], signal ? { signal } : {});
    return yes && no ? 1 / (1 + Math.exp(no.logprob - yes.logprob)) : null;
  };
  try {
    return (await remember(store, { made: 'rating', ...parts }, rate, z.number().nullable())) ?? undefined;
  } catch (error) {
    if (isTaskError(error) && error.code === 'invalid_input' && error.details['field'] === 'score') return undefined; // servers cannot
    throw error;
  }
}

function openPrompt(question: string, windows: readonly Window[], order: string, { model, wording }: ReadRequest): { prompt: Message[]; parts: Record<string, unknown> } {
  const instruction = `${wording.question(neutralize(question.replace(/\s+/gu, ' ')))}\n${order}`;
  const document = windows.map((window, index) => showWindow(window, index, windows.length, wording)).join('\n\n');
  const { system } = wording;
  // The marker differs from process to process and says nothing, so it is no part of what is remembered.
  return { prompt: buildPrompt({ system, document, marker: createMarker(document), instruction }), parts: { version: VERSION, model: model.name, system, document, instruction } };
}

function showWindow({ text, title, answer }: Window, index: number, windows: number, wording: Wording): string {
  const body = answer === undefined ? leaveOutOrders(text).kept : wording.faq(text, leaveOutOrders(answer).kept);
  return windows === 1 && title === undefined ? body : `${wording.heading(index + 1, title)}\n${body}`;
}

/** A text without the sentences that are orders to a model; `left` are those. */
export function leaveOutOrders(text: string): { kept: string; left: string[] } {
  const sentences = cutSentences(text);
  const marks = markOrders(sentences);
  return { kept: sentences.filter((_, index) => !marks[index]).join(''), left: sentences.filter((_, index) => marks[index]) };
}
