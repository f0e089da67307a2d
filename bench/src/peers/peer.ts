/** One way to run a model. Every peer lives in a process of its own, so that its memory and its blocking are its own. */
export interface Peer {
  /** Streams it can be asked to run side by side. */
  streams: number;
  run(prompts: number[][], newTokens: number): Promise<Run>;
  /** The process that holds the model; 0 is the peer's own. */
  processId(): number;
  close(): Promise<void>;
}

export interface Run {
  /** From the start until the last stream has its first token. */
  firstTokenMilliseconds: number;
  /** Tokens that came after that moment, of all streams together. */
  decodedTokens: number;
  decodeMilliseconds: number;
}

/** Watches several streams that run side by side. */
export interface Stopwatch {
  /** One more token of a stream has arrived. */
  token(stream: number): void;
  /** @param totalTokens of all streams, where the engine counts them; else those seen */
  stop(totalTokens?: number): Run;
}

export function createStopwatch(streams: number): Stopwatch {
  const start = performance.now();
  const started = new Set<number>();
  let seen = 0;
  let seenBefore = 0;
  let first = 0;
  return {
    token(stream) {
      seen++;
      started.add(stream);
      if (first === 0 && started.size === streams) {
        first = performance.now();
        seenBefore = seen;
      }
    },
    stop: (totalTokens = seen) => ({
      firstTokenMilliseconds: first - start,
      decodedTokens: totalTokens - seenBefore,
      decodeMilliseconds: performance.now() - first,
    }),
  };
}
