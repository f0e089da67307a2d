import type { Model } from '@glm-tasks/core';
import { createHash, randomUUID } from 'node:crypto';

export interface Pace {
  /** Tokens of prompts a second. */
  readPerSecond: number;
  /** Tokens of answers a second, of all calls that run side by side together. */
  writePerSecond: number;
}

/** More side by side would make the measurement itself take long; the rest of the pace of many streams is a bonus. */
const MOST_CALLS = 4;
const WRITTEN = 12;

/** Reads and writes a few words, as many texts side by side as the run will: one token each, then some more after the same prompts. */
export async function measurePace(model: Model, calls: number, signal: AbortSignal | undefined): Promise<Pace> {
  const side = Math.max(1, Math.min(model.slots, calls, MOST_CALLS));
  // Prompts that no cache has seen.
  const prompts = Array.from({ length: side }, (_, index) => wordsOf(`${randomUUID()}${index}`));
  const run = (maxTokens: number) => Promise.all(prompts.map((prompt) => model.generate(prompt, { maxTokens, promptLookup: false, ...(signal ? { signal } : {}) })));
  const began = performance.now();
  const read = await run(1);
  const between = performance.now();
  const written = await run(1 + WRITTEN);
  const ended = performance.now();
  const tokens = read.reduce((sum, { usage }) => sum + usage.inputTokens - usage.cachedTokens, 0);
  const output = written.reduce((sum, { usage }) => sum + usage.outputTokens, 0);
  return { readPerSecond: perSecond(tokens, between - began), writePerSecond: perSecond(output, ended - between) };
}

function perSecond(count: number, milliseconds: number): number {
  return Math.max(1, count) / Math.max(0.001, milliseconds / 1000);
}

/** Some sixty tokens that ask for a long answer, different for every seed. */
function wordsOf(seed: string): string {
  const digits = createHash('sha256').update(seed).digest('hex').slice(0, 24).replaceAll(/(.{4})/g, '$1 ');
  return `${digits}\nTell a long story about a river, a bridge and the people who live beside it.`;
}
