import { expect, test } from 'vitest';
import { TaskError } from '@glm-tasks/core';
import { mapChunks } from './map-chunks.ts';

/** Work that finishes in the order it is told to. */
function gates(count: number) {
  const open: (() => void)[] = [];
  const closed = Array.from({ length: count }, (_, index) => new Promise<void>((resolve) => (open[index] = resolve)));
  return { open, wait: (index: number) => closed[index] as Promise<void> };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test('keeps to its bound and to the order of the items', async () => {
  const { open, wait } = gates(5);
  let running = 0;
  let most = 0;
  const steps = mapChunks([0, 1, 2, 3, 4], async (item) => {
    most = Math.max(most, ++running);
    await wait(item);
    running--;
    return item * 10;
  }, { concurrency: 2 });
  const finished: number[] = [];
  for (const index of [1, 2, 0, 4, 3]) {
    const step = steps.next();
    await settle();
    open[index]?.();
    const { value } = await step;
    finished.push((value as { index: number }).index);
  }
  expect(finished).toEqual([1, 2, 0, 4, 3]);
  expect(await steps.next()).toEqual({ done: true, value: [0, 10, 20, 30, 40] });
  expect(most).toBe(2);
});

test('the first failure stops the rest and keeps what was done', async () => {
  const told: number[] = [];
  const steps = mapChunks([0, 1, 2, 3], async (item, signal) => {
    if (item === 0) return 'done';
    if (item === 1) {
      await settle();
      throw new TaskError('engine_crashed', 'gone');
    }
    signal.addEventListener('abort', () => told.push(item));
    return new Promise<string>(() => {});
  }, { concurrency: 3 });
  expect((await steps.next()).value).toMatchObject({ index: 0, value: 'done', done: 1, total: 4 });
  await expect(steps.next()).rejects.toMatchObject({ code: 'engine_crashed', partial: [{ index: 0, value: 'done' }] });
  expect(told).toEqual([2, 3]);
});

test('an abort is passed on, and so is leaving the loop', async () => {
  const controller = new AbortController();
  const untilTold = (_: number, signal: AbortSignal) => new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(new TaskError('aborted', 'told'))));
  const step = mapChunks([0, 1], untilTold, { concurrency: 2, signal: controller.signal }).next();
  await settle();
  controller.abort();
  await expect(step).rejects.toMatchObject({ code: 'aborted', partial: [] });
  await expect(mapChunks([0], untilTold, { concurrency: 1, signal: controller.signal }).next()).rejects.toMatchObject({ code: 'aborted' });

  let told = false;
  const work = async (item: number, signal: AbortSignal) => {
    if (item === 0) return item;
    signal.addEventListener('abort', () => (told = true));
    return new Promise<number>(() => {});
  };
  for await (const { index } of mapChunks([0, 1], work, { concurrency: 2 })) {
    expect(index).toBe(0);
    break;
  }
  expect(told).toBe(true);
  expect(await mapChunks([], work, { concurrency: 2 }).next()).toEqual({ done: true, value: [] });
});

test('many calls that listen to the signal are no leak', async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on('warning', listen);
  const items = Array.from({ length: 40 }, (_, index) => index);
  const work = async (item: number, signal: AbortSignal) => {
    signal.addEventListener('abort', () => {}, { once: true });
    await new Promise(setImmediate);
    return item;
  };
  for await (const _ of mapChunks(items, work, { concurrency: 16 })); // to the end
  await new Promise(setImmediate);
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});
