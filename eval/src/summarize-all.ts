import { appendFileSync } from 'node:fs';
import { isTaskError, type Model, type TaskError, type Usage } from '@glm-tasks/core';
import { summarize, type Summary } from '@glm-tasks/summarize';
import { mapChunks } from '@glm-tasks/task';
import type { DataSets } from './read-data.ts';

export interface Ask {
  format?: 'paragraph' | 'key-points' | 'headline';
  length?: 'short' | 'medium' | 'long' | { sentences: number } | { words: number } | { characters: number };
  focus?: string;
}

export interface Case {
  id: string;
  text: string;
  ask: Ask;
}

/** A summary, or why there is none. */
export type Outcome = { summary: Summary; failure?: never } | { failure: TaskError; summary?: never };

/** One run of the evaluation. */
export interface Evaluation {
  model: Model;
  data: DataSets;
  /** Documents of a set, or cases, at most. */
  limit: number;
  section: string;
  usage: Usage;
  /** All that was written so far. */
  written: { section: string; id: string; summary: Summary }[];
  /** Where every outcome is kept, one JSON object a line. */
  save?: string | undefined;
}

/** Summarizes independent texts side by side. A summary that failed its checks is an outcome; what else fails ends the evaluation. */
export async function summarizeAll(cases: readonly Case[], evaluation: Evaluation): Promise<Outcome[]> {
  const { model, section, usage, written, save } = evaluation;
  const mapped = mapChunks(cases, ({ text, ask }, signal) => attempt(text, ask, model, signal), { concurrency: model.slots });
  for (;;) {
    const step = await mapped.next();
    if (step.done) return step.value;
    const { index, value, done, total } = step.value;
    const { id, ask } = cases[index] as Case;
    addUsage(usage, value.summary?.usage ?? value.failure?.usage);
    if (value.summary) written.push({ section, id, summary: value.summary });
    if (save !== undefined) appendFileSync(save, `${JSON.stringify({ section, id, ask, ...describe(value) })}\n`);
    if (done % 10 === 0 || done === total) console.error(`${section}: ${done} of ${total}`);
  }
}

async function attempt(text: string, ask: Ask, model: Model, signal: AbortSignal): Promise<Outcome> {
  try {
    return { summary: await summarize({ text, ...ask }, { model, signal }) };
  } catch (error) {
    if (isTaskError(error) && error.code === 'output_invalid') return { failure: error };
    throw error;
  }
}

function describe({ summary, failure }: Outcome): object {
  if (failure) return { failure: failure.message, partial: failure.partial };
  const { points, warnings, unverified, lengthMet, usage } = summary;
  return { summary: summary.summary, ...(points ? { unsupported: points.filter(({ supported }) => !supported).map(({ text }) => text) } : {}), warnings, unverified, lengthMet, usage };
}

function addUsage(total: Usage, spent: Usage | undefined): void {
  if (!spent) return;
  for (const key of ['inputTokens', 'outputTokens', 'cachedTokens', 'calls'] as const) total[key] += spent[key];
}
