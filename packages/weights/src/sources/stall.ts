import { TaskError } from '../errors.ts';

export interface StallWatch {
  /** Aborted, with the reason, once too little came for too long. */
  readonly signal: AbortSignal;
  progress(bytes: number): void;
  stop(): void;
}

// A mirror that drips a byte a second is as good as dead.
const progressWorthTheName = 1 << 16;

export function watchForStall(stallMs: number, what: string): StallWatch {
  const controller = new AbortController();
  let bytes = 0;
  let since = performance.now();
  const timer = setInterval(() => {
    if (performance.now() - since < stallMs) return;
    clearInterval(timer);
    controller.abort(new TaskError('upstream_failed', `${what} sent less than ${progressWorthTheName >> 10} KiB in ${stallMs / 1000} seconds; it was given up.`));
  }, Math.min(1000, stallMs / 4));
  timer.unref();
  return {
    signal: controller.signal,
    progress: (count) => {
      bytes += count;
      if (bytes < progressWorthTheName) return;
      bytes = 0;
      since = performance.now();
    },
    stop: () => clearInterval(timer),
  };
}
