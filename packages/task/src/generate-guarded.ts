import type { Message, Model } from '@glm-tasks/core';
import { findLoop, guardOutput, type GuardFailure, type GuardOptions, type Guarded } from './guards.ts';
import { cutSentences } from './sentences.ts';

export interface GuardedRequest {
  /** The prompt of an attempt; the second one may say what was wrong with the first. */
  prompt: (failed: GuardFailure | undefined) => Message[];
  guards: GuardOptions;
  maxTokens: number;
  signal?: AbortSignal | undefined;
}

export interface GuardedText extends Guarded {
  /** What the model said, untouched. */
  raw: string;
}

/**
 * Asks greedily, passes the answer through the guards and asks once more if one failed. Yields the text so far whenever a sentence is
 * complete; returns the attempt that failed less, whose `failure` says what is still wrong with it. A text that ran into `maxTokens` loses its
 * unfinished last sentence, unless it is the only one.
 */
export async function* generateGuarded(model: Model, { prompt, guards, maxTokens, signal }: GuardedRequest): AsyncGenerator<string, GuardedText> {
  let first: GuardedText | undefined;
  for (;;) {
    const failed = first?.failure;
    let raw = '';
    let complete = true;
    let shown = '';
    // A penalty on every token hurts names and numbers, so it is kept for the loops it cures.
    const repetitionPenalty = failed === 'repetition' ? 1.15 : 1;
    for await (const part of model.stream(prompt(failed), { maxTokens, repetitionPenalty, ...(signal ? { signal } : {}) })) {
      if (part.type === 'end') complete = part.finishReason === 'stop';
      else raw += part.text;
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

/** From a text that is still of use to one that is not. */
const FAILURES: readonly (GuardFailure | undefined)[] = [undefined, 'echo', 'repetition', 'language', 'instructions', 'marker', 'special-tokens', 'reasoning', 'empty'];

function severity({ failure }: Guarded): number {
  return FAILURES.indexOf(failure);
}

function repairLoop(guarded: GuardedText): GuardedText {
  const loop = guarded.failure === 'repetition' ? findLoop(guarded.text) : undefined;
  return loop === undefined ? guarded : { ...guarded, text: guarded.text.slice(0, loop).trimEnd() };
}
