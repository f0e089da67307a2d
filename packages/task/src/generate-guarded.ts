import type { Message, Model } from '@glm-tasks/core';
import { z } from 'zod';
import { findLoop, guardOutput, type GuardFailure, type GuardOptions, type Guarded } from './guards.ts';
import { openMemory, type Memory } from './remember.ts';
import { cutSentences } from './sentences.ts';
import type { Store } from './store.ts';

export interface GuardedRequest {
  /** The prompt of an attempt; the second one may say what was wrong with the first. */
  prompt: (failed: GuardFailure | undefined) => Message[];
  guards: GuardOptions;
  maxTokens: number;
  /** The model is stopped once it begins a sentence beyond these; small ones go on whatever number they are told. @default no limit */
  sentences?: number | undefined;
  /** Texts kept out, where the engine can. A second attempt is free of them, in case they led the first astray, unless that copied its source. */
  avoid?: readonly string[] | undefined;
  /** Where finished texts are remembered: the same first prompt, guards and limit to a model of the same name. The guards need the fence's marker then. */
  store?: Store | undefined;
  signal?: AbortSignal | undefined;
}

/** From a text that is still of use to one that is not. */
const SEVERITY: Record<GuardFailure, number> = { echo: 1, repetition: 2, language: 3, instructions: 4, marker: 5, 'special-tokens': 6, reasoning: 7, empty: 8 };

export interface GuardedText extends Guarded {
  /** What the model said, untouched. */
  raw: string;
}

/**
 * Asks greedily, passes the answer through the guards and asks once more if one failed. Yields the text so far whenever a sentence is
 * complete; returns the attempt that failed less, whose `failure` says what is still wrong with it. A text that ran into `maxTokens` loses its
 * unfinished last sentence, unless it is the only one.
 *
 * With a store, a text that was finished before is yielded at once and costs nothing. A failed one is remembered too: greedy decoding would
 * fail the same way, and a run that goes on after a kill must end as it would have.
 */
export async function* generateGuarded(model: Model, request: GuardedRequest): AsyncGenerator<string, GuardedText> {
  if (!request.store) return yield* askTwice(model, request);
  const memory = openTextMemory(model, request, request.store);
  const remembered = await memory.recall();
  if (remembered) {
    if (remembered.failure === undefined) yield remembered.text;
    return remembered;
  }
  const said = yield* askTwice(model, request);
  await memory.keep(said);
  return said;
}

async function* askTwice(model: Model, { prompt, guards, maxTokens, sentences = Infinity, avoid = [], signal }: GuardedRequest): AsyncGenerator<string, GuardedText> {
  let first: GuardedText | undefined;
  for (;;) {
    const failed = first?.failure;
    let raw = '';
    let complete = true;
    let shown = '';
    // A penalty on every token hurts names and numbers, so it is kept for the loops it cures.
    const repetitionPenalty = failed === 'repetition' ? 1.15 : 1;
    const avoiding = (failed === undefined || failed === 'echo') && avoid.length > 0 ? { avoid: [...avoid] } : {};
    for await (const part of model.stream(prompt(failed), { maxTokens, repetitionPenalty, ...avoiding, ...(signal ? { signal } : {}) })) {
      if (part.type === 'end') complete = part.finishReason === 'stop';
      else raw += part.text;
      const enough = firstSentences(raw, sentences);
      if (enough !== undefined) {
        raw = enough;
        break;
      }
      if (part.type === 'end' || !/[.!?。！？…\n]/u.test(part.text)) continue; // no sentence can have ended
      const soFar = finishedPart(guardOutput(raw).text);
      if (soFar === shown || guardOutput(soFar).failure) continue;
      shown = soFar;
      yield shown;
    }
    const guarded = guardOutput(complete ? raw : finishedPart(raw) || raw, guards);
    if (!guarded.failure) return { ...guarded, raw };
    const attempt = { ...guarded, raw };
    if (first) return repairLoop(severity(attempt) < severity(first) ? attempt : first);
    first = attempt;
  }
}

/** The first `count` sentences, once another one has begun: only then it is certain that a full stop was no decimal point. */
function firstSentences(raw: string, count: number): string | undefined {
  if (count === Infinity) return undefined;
  const begun = cutSentences(guardOutput(raw).text);
  return begun.length > count && begun[count]?.trim() !== '' ? begun.slice(0, count).join('').trimEnd() : undefined;
}

/** Runs a generator to its end for what it returns. */
export async function lastOf<R>(steps: AsyncGenerator<unknown, R>): Promise<R> {
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

/** All sentences but an unfinished last one. */
function finishedPart(text: string): string {
  const sentences = cutSentences(text);
  if (!/[.!?。！？…"”’」』）)\n]\s*$/u.test(sentences.at(-1) ?? '')) sentences.pop();
  return sentences.join('').trimEnd();
}

function severity({ failure }: Guarded): number {
  return failure === undefined ? 0 : SEVERITY[failure];
}

function repairLoop(guarded: GuardedText): GuardedText {
  const loop = guarded.failure === 'repetition' ? findLoop(guarded.text) : undefined;
  return loop === undefined ? guarded : { ...guarded, text: guarded.text.slice(0, loop).trimEnd() };
}

/** Of the guards and of what is asked after one has failed. To be raised with every change that changes a text. */
const VERSION = 2;
const guardedText = z.object({ text: z.string(), raw: z.string(), failure: z.enum(Object.keys(SEVERITY) as GuardFailure[]).exactOptional() });
/** Stands for the marker, which is another one in every process. A control character, because no model writes it. */
const ANY_MARKER = '\u0000marker';

function openTextMemory(model: Model, { prompt, guards, maxTokens, sentences, avoid = [] }: GuardedRequest, store: Store): Memory<GuardedText> {
  const marker = guards.marker || ANY_MARKER;
  const messages = prompt(undefined).map(({ role, content }) => ({ role, content: content.replaceAll(marker, ANY_MARKER) }));
  const parts = { made: 'guarded text', version: VERSION, model: model.name, messages, maxTokens, ...(sentences === undefined ? {} : { sentences }), avoid, guards: { ...guards, marker: guards.marker !== undefined } };
  const memory = openMemory(store, parts, guardedText);
  return {
    async recall() {
      const said = await memory.recall();
      return said && renameMarker(said, ANY_MARKER, marker);
    },
    keep: (said) => memory.keep(renameMarker(said, marker, ANY_MARKER)),
  };
}

function renameMarker({ text, raw, failure }: GuardedText, from: string, to: string): GuardedText {
  const renamed = { text: text.replaceAll(from, to), raw: raw.replaceAll(from, to) };
  return failure === undefined ? renamed : { ...renamed, failure };
}
