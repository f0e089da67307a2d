import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { remember } from './remember.ts';
import { createMemoryStore, type Store } from './store.ts';

const counted = z.object({ count: z.int() });

function counter(): { produce: () => Promise<{ count: number }> } {
  let count = 0;
  return { produce: async () => ({ count: ++count }) };
}

test('produces once for the same parts, whatever the order of their keys, and each time without a store', async () => {
  const store = createMemoryStore();
  const { produce } = counter();
  expect(await remember(store, { a: 1, b: { c: 2, d: 3 } }, produce, counted)).toEqual({ count: 1 });
  expect(await remember(store, { b: { d: 3, c: 2 }, a: 1 }, produce, counted)).toEqual({ count: 1 });
  expect(await remember(undefined, { a: 1, b: { c: 2, d: 3 } }, produce, counted)).toEqual({ count: 2 });
});

test('other parts are another value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (one, other) => {
      const store = createMemoryStore();
      const { produce } = counter();
      await remember(store, [one], produce, counted);
      const isSame = canonical(one) === canonical(other);
      expect(await remember(store, [other], produce, counted)).toEqual({ count: isSame ? 1 : 2 });
    }),
  );
});

/** An independent form: the paths to all leaves, sorted. */
function canonical(value: unknown): string {
  const paths: string[] = [];
  const walk = (inner: unknown, path: unknown[]) => {
    if (typeof inner !== 'object' || inner === null) return void paths.push(JSON.stringify([...path, { leaf: inner }]));
    paths.push(JSON.stringify([...path, Array.isArray(inner) ? 'list' : 'object']));
    for (const [key, child] of Object.entries(inner)) walk(child, [...path, { key }]);
  };
  walk(value, []);
  return paths.toSorted().join('\n');
}

test('what fails is not kept', async () => {
  const store = createMemoryStore();
  const { produce } = counter();
  await expect(remember(store, 'parts', () => Promise.reject(new Error('no')), counted)).rejects.toThrow('no');
  expect(await remember(store, 'parts', produce, counted)).toEqual({ count: 1 });
});

test('what does not fit the schema is refused, and null is nothing', async () => {
  const of = (value: unknown): Store => ({ get: async () => value, set: async () => {} });
  const { produce } = counter();
  for (const value of ['{"count":1}', { count: 'one' }, []]) {
    await expect(remember(of(value), 'parts', produce, counted)).rejects.toMatchObject({ code: 'invalid_input' });
  }
  expect(await remember(of(null), 'parts', produce, counted)).toEqual({ count: 1 });
});

test('a store that fails, fails the call; its own TaskError passes unchanged', async () => {
  const { produce } = counter();
  const broken = new Error('connection lost');
  const working = createMemoryStore();
  const rejects: Store = { get: () => Promise.reject(broken), set: () => Promise.reject(broken) };
  const throws: Store = {
    get: working.get,
    set() {
      throw broken;
    },
  };
  for (const store of [rejects, throws]) {
    await expect(remember(store, 'parts', produce, counted)).rejects.toMatchObject({ code: 'upstream_failed', retryable: true, cause: broken, message: expect.stringContaining('connection lost') });
  }
  const notJson = remember(working, 'parts', async () => ({ count: 1n as unknown as number }), counted);
  await expect(notJson).rejects.toMatchObject({ code: 'invalid_input' });
});
