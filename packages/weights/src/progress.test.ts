import { expect, test, vi } from 'vitest';
import { measureProgress, type LoadProgress } from './progress.ts';

test('speed counts this run only, events are paced, the bar never runs backwards', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const events: LoadProgress[] = [];
  const progress = measureProgress((event) => events.push(event), { stage: 'fetch', file: 'f', total: 1000 });
  progress(500); // left by an earlier run
  vi.advanceTimersByTime(1000);
  progress(600);
  progress(601); // too soon
  vi.advanceTimersByTime(1000);
  progress(0); // started again
  vi.advanceTimersByTime(1000);
  progress(1000);
  vi.useRealTimers();
  expect(events.map((event) => event.bytes)).toEqual([500, 600, 601, 1000]);
  expect(events[1]).toMatchObject({ bytesPerSecond: 100, secondsLeft: 4, total: 1000 });
  expect(events.at(-1)).toMatchObject({ secondsLeft: 0 });
});
