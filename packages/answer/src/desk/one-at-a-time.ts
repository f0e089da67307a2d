import { TaskError } from '@glm-tasks/core';

export type OneAtATime = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** More than that is no conversation. */
const MOST_WAITING = 32;

/** Runs what has the same key in order, one after the other; what failed does not keep the next from running. */
export function createOneAtATime(): OneAtATime {
  const lines = new Map<string, { last: Promise<unknown>; waiting: number }>();
  return async (key, work) => {
    const line = lines.get(key) ?? { last: Promise.resolve(), waiting: 0 };
    if (line.waiting >= MOST_WAITING) {
      throw new TaskError('overloaded', `${MOST_WAITING} turns of the session "${key}" are waiting already; answer those first.`, { details: { key }, retryable: true });
    }
    line.waiting++;
    lines.set(key, line);
    const running = line.last.then(work);
    line.last = running.catch(() => {}); // its own caller hears of it
    try {
      return await running;
    } finally {
      line.waiting--;
      if (line.waiting === 0) lines.delete(key);
    }
  };
}
