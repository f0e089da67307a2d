import { mapChunks, type Mapped, type Store } from '@glm-tasks/task';
import { createPairMemory } from './recall-pairs.ts';
import type { Segment } from './segments.ts';
import { settleSegment, translateSegment, type SegmentJob } from './translate-segment.ts';
import { rememberTranslation, type FinishedSegment } from './translation-memory.ts';

export interface SegmentsJob extends SegmentJob {
  store?: Store | undefined;
  /** Whether the segments are of one document, whose names are to stay the same. */
  isDocument: boolean;
}

/** More calls than the model has slots keep it busy while finished ones are checked. */
const WAITING = 2;

/**
 * All segments, side by side, each yielded as it is done. Equal ones are translated once. In a document a segment is given what was translated
 * before it and has the same names; only of segments that are finished whatever the timing, so that a run gives the same text each time.
 */
export async function* translateSegments(segments: readonly Segment[], job: SegmentsJob): AsyncGenerator<Mapped<FinishedSegment>, FinishedSegment[]> {
  const concurrency = job.model.slots + WAITING;
  const pairs = createPairMemory();
  const equals = new Map<string, Promise<FinishedSegment>>();
  /** The promise at a place: all segments up to there are done. */
  const doneUpTo: Promise<unknown>[] = [];

  async function finish(segment: Segment, index: number, signal: AbortSignal): Promise<FinishedSegment> {
    const settled = await settleSegment(segment, job);
    if (settled) return settled;
    const started = { ...job, signal };
    if (!job.isDocument) return rememberTranslation(job.store, segment, started, () => translateSegment(segment, [], started));
    await doneUpTo[index - concurrency];
    const before = pairs.findFor(segment.source, index - concurrency);
    const finished = await rememberTranslation(job.store, segment, started, () => translateSegment(segment, before, started));
    if (finished.state !== 'failed') pairs.add(index, { source: segment.source, target: finished.target });
    return finished;
  }

  function start(segment: Segment, signal: AbortSignal, index: number): Promise<FinishedSegment> {
    const key = JSON.stringify([segment.source, segment.plural, segment.translatable]);
    const started = equals.get(key) ?? finish(segment, index, signal);
    equals.set(key, started);
    doneUpTo[index] = Promise.allSettled([doneUpTo[index - 1], started]);
    return started;
  }

  return yield* mapChunks(segments, start, { concurrency, signal: job.signal });
}
