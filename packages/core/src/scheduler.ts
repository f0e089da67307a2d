import PQueue from 'p-queue';
import { TaskError } from '@glm-tasks/weights';

export interface Schedule {
  signal?: AbortSignal | undefined;
  /** Higher runs first among the waiting. @default 0 */
  priority?: number | undefined;
  /** Milliseconds from the call to the last part. @default none */
  deadline?: number | undefined;
}

export interface Scheduler {
  /**
   * Runs `start` in one of the slots and passes its parts on. The slot is held until the stream ends, fails, is aborted,
   * passes its deadline or is abandoned; `start` gets a signal that tells it of the last three.
   */
  stream<T>(start: (signal: AbortSignal) => AsyncIterable<T>, schedule?: Schedule): AsyncIterable<T>;
  /** Aborts what runs and what waits. */
  close(reason: TaskError): void;
}

/** One queue a model: at most `slots` streams run, at most `backlog` wait, the rest is refused as `overloaded`. */
export function createScheduler(slots: number, backlog = 1024): Scheduler {
  const queue = new PQueue({ concurrency: slots });
  const open = new Set<AbortController>();

  /** Waits for a slot; the returned function gives it back. */
  function acquire(signal: AbortSignal, priority: number): Promise<() => void> {
    if (queue.pending >= slots && queue.size >= backlog) {
      throw new TaskError('overloaded', `${queue.size} requests wait already, the most allowed is ${backlog}; try again later, or send fewer at once.`, {
        details: { waiting: queue.size, backlog },
        retryable: true,
      });
    }
    return new Promise((resolve, reject) => {
      // p-queue frees a slot as soon as a running job's signal aborts, so it is given one that only ever aborts the wait.
      const waiting = new AbortController();
      const leave = () => waiting.abort(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
      const job = () => {
        signal.removeEventListener('abort', leave);
        return new Promise<void>((release) => resolve(release));
      };
      queue.add(job, { priority, signal: waiting.signal }).catch(reject);
    });
  }

  async function* pump<T>(start: (signal: AbortSignal) => AsyncIterable<T>, controller: AbortController, schedule: Schedule, called: number) {
    const { signal } = controller;
    const forward = () => controller.abort(new TaskError('aborted', 'The caller aborted the request.', { cause: schedule.signal?.reason }));
    if (schedule.signal?.aborted) forward();
    schedule.signal?.addEventListener('abort', forward, { once: true });
    const timer = startDeadline(controller, schedule.deadline, called);
    open.add(controller);
    let release = () => {};
    try {
      signal.throwIfAborted();
      release = await acquire(signal, schedule.priority ?? 0);
      // A consumer that stops pulling must not keep the slot past its abort or deadline.
      signal.addEventListener('abort', release, { once: true });
      signal.throwIfAborted();
      const iterator = start(signal)[Symbol.asyncIterator]();
      // The engine is told by the signal; the race keeps the promise even when it does not listen.
      const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
      aborted.catch(() => {}); // nobody may be racing when the abort comes
      try {
        for (;;) {
          const step = await Promise.race([iterator.next(), aborted]);
          if (step.done) return;
          yield step.value;
        }
      } finally {
        // Not awaited: an engine that ignores its signal would hold the caller here. Its late failure has no one to go to.
        iterator.return?.().catch(() => {});
      }
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      clearTimeout(timer);
      schedule.signal?.removeEventListener('abort', forward);
      open.delete(controller);
      release();
    }
  }

  return {
    stream(start, schedule = {}) {
      const called = Date.now();
      const controller = new AbortController();
      const parts = pump(start, controller, schedule, called);
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => parts.next(),
          // An async generator queues `return` behind a pending `next`, so the stream is aborted first.
          return: async () => {
            controller.abort(new TaskError('aborted', 'The stream was abandoned by its reader.'));
            await parts.return(undefined);
            return { done: true, value: undefined };
          },
        }),
      };
    },
    close(reason) {
      for (const controller of open) controller.abort(reason);
    },
  };
}

function startDeadline(controller: AbortController, deadline: number | undefined, called: number) {
  if (deadline === undefined) return undefined;
  const expire = () => {
    const message = `The deadline of ${deadline} ms passed before the last token; allow more time, or ask for fewer tokens.`;
    controller.abort(new TaskError('timeout', message, { details: { deadline }, retryable: true }));
  };
  return setTimeout(expire, Math.max(0, called + deadline - Date.now()));
}
