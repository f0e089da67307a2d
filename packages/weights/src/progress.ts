/** What loading a model is doing right now; handed to `onProgress`. */
export interface LoadProgress {
  /** Stages of loading, in their order. */
  stage: 'resolve' | 'fetch' | 'verify' | 'place' | 'convert' | 'load';
  /** Name of the file the event is about. */
  file?: string;
  /** Bytes (or, while converting, units of work) done. Never runs backwards within a stage and file. */
  bytes?: number;
  /** What `bytes` will be in the end. */
  total?: number;
  bytesPerSecond?: number;
  secondsLeft?: number;
  /** One line worth showing to a person: a source given up, packages about to be downloaded, a resumed download. */
  message?: string;
}

export type OnProgress = (progress: LoadProgress) => void;

const reportEveryMs = 100;

/** Turns "so many bytes are there" into paced events with speed and time left. */
export function measureProgress(
  onProgress: OnProgress | undefined,
  what: { stage: LoadProgress['stage']; file: string; total?: number | undefined },
): (bytes: number) => void {
  const { stage, file, total } = what;
  let highest = 0;
  let lastReport = Number.NEGATIVE_INFINITY;
  let start: { at: number; bytes: number } | undefined;
  return (bytes) => {
    const now = performance.now();
    // Speed counts from the first call on, so that bytes of an earlier run do not flatter it.
    start ??= { at: now, bytes };
    // A download that must start again keeps showing its best position: a bar that runs backwards alarms people.
    highest = Math.max(highest, bytes);
    if (now - lastReport < reportEveryMs && bytes !== total) return;
    lastReport = now;
    const seconds = (now - start.at) / 1000;
    const bytesPerSecond = seconds > 0 ? Math.max(0, (bytes - start.bytes) / seconds) : 0;
    onProgress?.({
      stage,
      file,
      bytes: highest,
      ...(total === undefined ? {} : { total }),
      ...(bytesPerSecond > 0 ? { bytesPerSecond } : {}),
      ...(bytesPerSecond > 0 && total !== undefined ? { secondsLeft: (total - bytes) / bytesPerSecond } : {}),
    });
  };
}
