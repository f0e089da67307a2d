import { TaskError } from '@glm-tasks/weights';
import { abortedError } from './limiter.ts';

/** Keeps the time of one exchange. Only time spent waiting for the server counts, not what the reader takes. */
export interface Watch {
  /** Aborted, with a TaskError as the reason, by the caller's signal or when the time is up. */
  readonly signal: AbortSignal;
  /** Whether a token has come: from then on nothing may be tried again. */
  readonly started: boolean;
  wait<T>(promise: Promise<T>): Promise<T>;
  chunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  /** A token came. Pings are no progress. */
  progress(): void;
  /** At most this many milliseconds more. */
  hurry(milliseconds: number): void;
  close(): void;
}

export interface Patience {
  /** Milliseconds until the first token. */
  firstTokenTimeout: number;
  /** Milliseconds between two tokens. */
  idleTimeout: number;
}

export function createWatch(shown: string, { firstTokenTimeout, idleTimeout }: Patience, caller: AbortSignal | undefined): Watch {
  const controller = new AbortController();
  const { signal } = controller;
  let started = false;
  let left = firstTokenTimeout;

  const abort = () => controller.abort(abortedError(caller!));
  if (caller?.aborted) abort();
  else caller?.addEventListener('abort', abort, { once: true });

  function expire(): void {
    const [what, option, limit] = started ? ['no further token', 'idleTimeout', idleTimeout] : ['no token', 'firstTokenTimeout', firstTokenTimeout];
    const message = `${shown} sent ${what} within ${Number(limit) / 1000} seconds; check that it is not stuck or overloaded, or allow more by ${option}.`;
    controller.abort(new TaskError('timeout', message, { retryable: true, details: { [String(option)]: limit } }));
  }

  async function wait<T>(promise: Promise<T>): Promise<T> {
    const since = performance.now();
    const timer = setTimeout(expire, Math.max(0, left));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      left -= performance.now() - since;
    }
  }

  return {
    signal,
    get started() {
      return started;
    },
    wait,
    async *chunks(source) {
      const iterator = source[Symbol.asyncIterator]();
      try {
        for (let next = await wait(iterator.next()); !next.done; next = await wait(iterator.next())) {
          signal.throwIfAborted();
          yield next.value;
        }
      } finally {
        await iterator.return?.();
      }
    },
    progress() {
      started = true;
      left = idleTimeout;
    },
    hurry(milliseconds) {
      left = Math.min(left, milliseconds);
    },
    close: () => caller?.removeEventListener('abort', abort),
  };
}
