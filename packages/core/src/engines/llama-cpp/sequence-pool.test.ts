import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSequencePool, type PooledSequence } from './sequence-pool.ts';

interface FakeSequence extends PooledSequence {
  tokens: number[];
}

function fakeSequence(tokens: number[] = []): FakeSequence {
  return {
    tokens,
    compareContextTokens(other) {
      const different = this.tokens.findIndex((token, index) => token !== other[index]);
      return { firstDifferentIndex: different === -1 ? this.tokens.length : different };
    },
  };
}

it('takes the idle sequence that holds the longest beginning, and for a short one the one that rested longest', async () => {
  const text = Array.from({ length: 200 }, (_, index) => index);
  const [short, long, other] = [fakeSequence(text.slice(0, 100)), fakeSequence(text.slice(0, 150)), fakeSequence([9])];
  const pool = createSequencePool([short, long, other]);
  expect(await pool.take(text)).toBe(long);
  pool.give(long);
  expect(await pool.take(text.slice(0, 20))).toBe(short);
  expect(await pool.take([5])).toBe(other);
  expect(await pool.take([5])).toBe(long);
});

it('an abort leaves the queue and takes nothing along', async () => {
  const only = fakeSequence();
  const pool = createSequencePool([only]);
  await expect(pool.take([1], AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  await pool.take([1]);
  const controller = new AbortController();
  const second = pool.take([1], controller.signal);
  const third = pool.take([1]);
  controller.abort();
  await expect(second).rejects.toMatchObject({ code: 'aborted' });
  pool.give(only);
  expect(await third).toBe(only);
});

it('never lends a sequence twice and serves the waiting in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5 }), { maxLength: 20 }), async (slots, prompts) => {
      const pool = createSequencePool(Array.from({ length: slots }, () => fakeSequence()));
      const lent = new Set<FakeSequence>();
      const served: number[] = [];
      const requests = prompts.map(async (prompt, index) => {
        const sequence = await pool.take(prompt);
        expect(lent.has(sequence)).toBe(false);
        lent.add(sequence);
        served.push(index);
        sequence.tokens = prompt;
        await Promise.resolve();
        lent.delete(sequence);
        pool.give(sequence);
      });
      await Promise.all(requests);
      expect(served).toEqual(prompts.map((_, index) => index));
    }),
  );
});
