import { describe, expect, test } from 'vitest';
import { TaskError } from '@glm-tasks/weights';
import { createScheduler } from './scheduler.ts';

/** A stream that yields nothing until it is told to. */
function held(log: string[], name: string) {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const start = async function* (signal: AbortSignal) {
    log.push(`${name} starts`);
    signal.addEventListener('abort', () => log.push(`${name} told`));
    await ended;
    yield name;
  };
  return { start, end };
}

async function collect<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('createScheduler', () => {
  test('runs no more than its slots side by side, then the waiting by priority', async () => {
    const scheduler = createScheduler(1);
    const log: string[] = [];
    const jobs = ['first', 'low', 'high'].map((name) => held(log, name));
    const runs = jobs.map((job, index) => collect(scheduler.stream(job.start, { priority: index })));
    await settle();
    expect(log).toEqual(['first starts']);
    for (const job of jobs) job.end();
    expect(await Promise.all(runs)).toEqual([['first'], ['low'], ['high']]);
    expect(log).toEqual(['first starts', 'high starts', 'low starts']);
  });

  test('refuses what exceeds the backlog, and says so', async () => {
    const scheduler = createScheduler(1, 1);
    const log: string[] = [];
    const job = held(log, 'job');
    const runs = [collect(scheduler.stream(job.start)), collect(scheduler.stream(job.start))];
    await settle();
    await expect(collect(scheduler.stream(job.start))).rejects.toMatchObject({ code: 'overloaded', retryable: true });
    job.end();
    await Promise.all(runs);
    expect(await collect(scheduler.stream(job.start))).toEqual(['job']);
  });

  test('an abort ends the wait without a start, and frees the place', async () => {
    const scheduler = createScheduler(1, 1);
    const log: string[] = [];
    const running = held(log, 'running');
    const first = collect(scheduler.stream(running.start));
    const controller = new AbortController();
    const waiting = collect(scheduler.stream(held(log, 'waiting').start, { signal: controller.signal }));
    await settle();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    const next = held(log, 'next');
    next.end();
    const second = collect(scheduler.stream(next.start));
    running.end();
    await Promise.all([first, second]);
    expect(log).toEqual(['running starts', 'next starts']);
  });

  test('an abort while running is told to the work and frees the slot, even if the work does not listen', async () => {
    const scheduler = createScheduler(1);
    const log: string[] = [];
    const controller = new AbortController();
    const deaf = collect(scheduler.stream(held(log, 'deaf').start, { signal: controller.signal }));
    await settle();
    controller.abort();
    await expect(deaf).rejects.toMatchObject({ code: 'aborted' });
    expect(log).toEqual(['deaf starts', 'deaf told']);
    const next = held(log, 'next');
    next.end();
    expect(await collect(scheduler.stream(next.start))).toEqual(['next']);
  });

  test('an already aborted signal starts nothing', async () => {
    const log: string[] = [];
    const run = createScheduler(1).stream(held(log, 'job').start, { signal: AbortSignal.abort() });
    await expect(collect(run)).rejects.toMatchObject({ code: 'aborted' });
    expect(log).toEqual([]);
  });

  test('the deadline covers waiting and running', async () => {
    const scheduler = createScheduler(1);
    const log: string[] = [];
    const slow = collect(scheduler.stream(held(log, 'slow').start, { deadline: 20 }));
    const behind = collect(scheduler.stream(held(log, 'behind').start, { deadline: 10 }));
    await expect(behind).rejects.toMatchObject({ code: 'timeout' });
    await expect(slow).rejects.toMatchObject({ code: 'timeout' });
    expect(log).toEqual(['slow starts', 'slow told']);
  });

  test('a reader that leaves, with a pending read or between two, frees the slot', async () => {
    const scheduler = createScheduler(1);
    const endless = async function* () {
      for (;;) yield 'again';
    };
    for await (const part of scheduler.stream(endless)) {
      expect(part).toBe('again');
      break;
    }
    const log: string[] = [];
    const iterator = scheduler.stream(held(log, 'stuck').start)[Symbol.asyncIterator]();
    const pending = iterator.next();
    pending.catch(() => {});
    await settle();
    await iterator.return?.();
    await expect(pending).rejects.toMatchObject({ code: 'aborted' });
    const next = held(log, 'next');
    next.end();
    expect(await collect(scheduler.stream(next.start))).toEqual(['next']);
  });

  test('a failure frees the slot and arrives unchanged', async () => {
    const scheduler = createScheduler(1);
    const failure = new TaskError('engine_crashed', 'gone');
    const failing = async function* () {
      yield 'a';
      throw failure;
    };
    await expect(collect(scheduler.stream(failing))).rejects.toBe(failure);
    const next = held([], 'next');
    next.end();
    expect(await collect(scheduler.stream(next.start))).toEqual(['next']);
  });
});
