import { setMaxListeners } from 'node:events';
import { TaskError, isTaskError } from '@glm-tasks/core';

export interface MapOptions {
  /** Calls in flight at most; `model.slots` is a good number. */
  concurrency: number;
  signal?: AbortSignal | undefined;
}

/** One finished item. */
export interface Mapped<R> {
  index: number;
  value: R;
  done: number;
  total: number;
}

/**
 * Works on items side by side, yields each as it is done, returns all in the order of the items. The first failure stops the rest
 * and rejects with `partial`: the finished `{ index, value }` in order. Leaving the loop stops the rest too.
 *
 * @example
 * for await (const { done, total } of mapChunks(chunks, (chunk, signal) => translate(chunk, signal), { concurrency: model.slots }))
 *   console.error(`${done} of ${total}`);
 */
export async function* mapChunks<T, R>(
  items: readonly T[],
  work: (item: T, signal: AbortSignal, index: number) => Promise<R>,
  { concurrency, signal }: MapOptions,
): AsyncGenerator<Mapped<R>, R[]> {
  const controller = new AbortController();
  // Every call listens to it, and Node takes more than ten listeners for a leak.
  setMaxListeners(0, controller.signal);
  const forward = () => controller.abort(signal?.reason);
  if (signal?.aborted) forward();
  signal?.addEventListener('abort', forward, { once: true });
  const finished = new Map<number, R>();
  const running = new Map<number, Promise<{ index: number; value: R }>>();
  let next = 0;
  try {
    while (finished.size < items.length) {
      if (controller.signal.aborted) throw new TaskError('aborted', 'The caller aborted the work.', { cause: signal?.reason });
      for (; running.size < concurrency && next < items.length; next++) {
        const index = next;
        const job = work(items[index] as T, controller.signal, index).then((value) => ({ index, value }));
        job.catch(() => {}); // after the first failure nobody waits for the others
        running.set(index, job);
      }
      const { index, value } = await Promise.race(running.values());
      running.delete(index);
      finished.set(index, value);
      yield { index, value, done: finished.size, total: items.length };
    }
    return items.map((_, index) => finished.get(index) as R);
  } catch (error) {
    const partial = [...finished].toSorted(([a], [b]) => a - b).map(([index, value]) => ({ index, value }));
    throw withPartial(error, partial);
  } finally {
    signal?.removeEventListener('abort', forward);
    controller.abort();
  }
}

function withPartial(error: unknown, partial: unknown): unknown {
  if (!isTaskError(error)) return error;
  const { code, message, details, retryable, usage } = error;
  return new TaskError(code, message, { details, retryable, partial, cause: error.cause ?? error, ...(usage ? { usage } : {}) });
}
