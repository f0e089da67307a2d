import { TaskError } from '@glm-tasks/weights';

/** What the pool asks of a llama.cpp sequence; its tokens stay in it when it is given back. */
export interface PooledSequence {
  compareContextTokens(tokens: number[]): { firstDifferentIndex: number };
}

export interface SequencePool<S extends PooledSequence> {
  /**
   * Of the idle sequences the one that holds the longest beginning of the tokens, if that is long enough to matter, else the one
   * that has rested longest; waits, in order of arrival, where none is idle.
   */
  take(tokens: number[], signal?: AbortSignal): Promise<S>;
  give(sequence: S): void;
}

// Nearly all prompts begin with the few tokens of a chat template; for these no sequence need forget a long text.
const SHORTEST_PREFIX = 64;

/** Sequences are never disposed between requests: what they hold of one prompt is not computed again for the next. */
export function createSequencePool<S extends PooledSequence>(sequences: readonly S[]): SequencePool<S> {
  // The one that has rested longest comes first.
  const idle = [...sequences];
  const waiting: ((sequence: S) => void)[] = [];

  function takeIdle(tokens: number[]): S {
    const lengths = idle.map((sequence) => sequence.compareContextTokens(tokens).firstDifferentIndex);
    const longest = Math.max(...lengths);
    return idle.splice(longest < SHORTEST_PREFIX ? 0 : lengths.indexOf(longest), 1)[0]!;
  }

  return {
    async take(tokens, signal) {
      if (signal?.aborted) throw abortError(signal);
      if (idle.length > 0) return takeIdle(tokens);
      return new Promise<S>((resolve, reject) => {
        const receive = (sequence: S): void => {
          signal?.removeEventListener('abort', leave);
          resolve(sequence);
        };
        const leave = (): void => {
          waiting.splice(waiting.indexOf(receive), 1);
          reject(abortError(signal));
        };
        waiting.push(receive);
        signal?.addEventListener('abort', leave, { once: true });
      });
    },
    give(sequence) {
      const next = waiting.shift();
      if (next === undefined) idle.push(sequence);
      else next(sequence);
    },
  };
}

export function abortError(signal: AbortSignal | undefined): TaskError {
  return new TaskError('aborted', 'The request was aborted.', { cause: signal?.reason });
}
