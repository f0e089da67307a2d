import { createHash } from 'node:crypto';
import { TaskError, isTaskError } from '@glm-tasks/core';
import type { z } from 'zod';
import type { Store } from './store.ts';

/** One place in a store. */
export interface Memory<T> {
  recall(): Promise<T | undefined>;
  keep(value: T): Promise<void>;
}

/**
 * What `produce` makes, made once: the next time, in this run or another one, it comes from the store. `parts` is everything the value depends
 * on, as JSON; the order of its keys does not matter. Without a store it is made every time. What fails or is aborted is not kept.
 *
 * The schema is asked for because a store hands out `unknown`: what does not fit it was written by something else, or came back as something
 * else (as text that nobody parsed), and fails with a word about that rather than somewhere later, or by paying again each time.
 *
 * @throws TaskError `invalid_input` where a stored value does not fit; `upstream_failed` where the store fails, unless it throws a TaskError itself
 *
 * @example
 * const parts = { task: 'count', version: 1, text };
 * const { words } = await remember(store, parts, async () => ({ words: text.split(' ').length }), z.object({ words: z.int() }));
 */
export async function remember<T>(store: Store | undefined, parts: unknown, produce: () => Promise<T>, schema: z.ZodType<T>): Promise<T> {
  if (!store) return produce();
  const memory = openMemory(store, parts, schema);
  const remembered = await memory.recall();
  if (remembered !== undefined) return remembered;
  const value = await produce();
  await memory.keep(value);
  return value;
}

/** The place of a value in a store, for those who do more than wait for it. */
export function openMemory<T>(store: Store, parts: unknown, schema: z.ZodType<T>): Memory<T> {
  const key = createHash('sha256').update(toCanonicalJson(parts)).digest('hex');
  return {
    async recall() {
      const value = await reach(() => store.get(key), 'read from');
      // Other stores say null where nothing was set.
      if (value === undefined || value === null) return undefined;
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      const message = `The store gave back something else than was kept for ${key}; it must return what it was given, as JSON does, and belong to glm-tasks alone.`;
      throw new TaskError('invalid_input', message, { details: { key, issues: parsed.error.issues.map((issue) => issue.message) } });
    },
    keep: (value) => reach(() => store.set(key, value), 'written to'),
  };
}

async function reach<R>(access: () => Promise<R>, verb: string): Promise<R> {
  try {
    return await access();
  } catch (error) {
    if (isTaskError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TaskError('upstream_failed', `The store could not be ${verb}: ${reason}. Put it right and run again; what it holds is not paid for twice.`, { retryable: true, cause: error });
  }
}

/** The same text for the same JSON. */
function toCanonicalJson(parts: unknown): string {
  return JSON.stringify(parts, (_, value: unknown) => (isRecord(value) ? Object.fromEntries(Object.entries(value).toSorted(byKey)) : value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
