import { setTimeout as sleep } from 'node:timers/promises';
import { TaskError } from '@glm-tasks/weights';

/** What all requests to one server with one key share. */
export interface Limiter {
  /** Waits for a place, and for the end of a pause; the returned function gives the place back. */
  enter(signal?: AbortSignal): Promise<() => void>;
  /** No request starts before this many milliseconds have passed. */
  pause(milliseconds: number): void;
  /** Whether one more retry may be made. A server in trouble gets at most a tenth more requests for it. */
  takeRetry(): boolean;
  /** How a request ended: one that got no answer at all counts against the server, any answer speaks for it. */
  report(answered: boolean): void;
  /** At least this many places. */
  widen(places: number): void;
}

/** A wait longer than this is the caller's to decide. */
export const longestWait = 30_000;
const savedRetries = 10;
/** After so many requests in a row without an answer, the server is left alone for so long; then one request tries it again. */
const failuresToRest = 5;
const restFor = 10_000;

export function createLimiter(random: () => number = Math.random): Limiter {
  let places = 1;
  let taken = 0;
  let pausedUntil = 0;
  let retries = savedRetries;
  let failures = 0;
  let restsUntil = 0;
  const waiting: (() => void)[] = [];

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else taken--;
  }

  async function takePlace(signal: AbortSignal | undefined): Promise<void> {
    if (taken < places) {
      taken++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(abortedError(signal!));
      };
      waiting.push(turn);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  function refuseWhileResting(): void {
    if (failures < failuresToRest) return;
    const now = performance.now();
    if (now < restsUntil) throw restingError(failures, restsUntil - now);
    restsUntil = now + restFor;
  }

  return {
    async enter(signal) {
      if (signal?.aborted) throw abortedError(signal);
      refuseWhileResting();
      await takePlace(signal);
      try {
        for (let left = pausedUntil - performance.now(); left > 0; left = pausedUntil - performance.now()) {
          if (left > longestWait) throw pausedError(left);
          // Spread out, or all would come back in the same moment.
          await wait(left * (1 + random() / 4), signal);
        }
      } catch (error) {
        leave();
        throw error;
      }
      retries = Math.min(savedRetries, retries + 0.1);
      let left = false;
      return () => {
        if (!left) leave();
        left = true;
      };
    },
    pause(milliseconds) {
      pausedUntil = Math.max(pausedUntil, performance.now() + milliseconds);
    },
    takeRetry() {
      if (retries < 1) return false;
      retries--;
      return true;
    },
    report(answered) {
      failures = answered ? 0 : failures + 1;
      if (failures >= failuresToRest) restsUntil = performance.now() + restFor;
    },
    widen(atLeast) {
      places = Math.max(places, atLeast);
    },
  };
}

export async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal ? { signal } : {});
  } catch (error) {
    throw signal?.aborted ? abortedError(signal) : error;
  }
}

export function abortedError(signal: AbortSignal): TaskError {
  return new TaskError('aborted', 'The request was aborted.', { cause: signal.reason });
}

function pausedError(left: number): TaskError {
  const message = `The server asked for a pause of which ${Math.ceil(left / 1000)} seconds are left; try again then, or use another server.`;
  return new TaskError('overloaded', message, { retryable: true, details: { retryAfter: Math.ceil(left) } });
}

function restingError(failures: number, left: number): TaskError {
  const message = `The server gave no answer to the last ${failures} requests and is not asked for another ${Math.ceil(left / 1000)} seconds; check that it runs, or use another server.`;
  return new TaskError('upstream_failed', message, { retryable: true, details: { retryAfter: Math.ceil(left), failures } });
}
