import { expect, test } from 'vitest';
import { createOneAtATime } from './one-at-a-time.ts';

test('the same key waits, another one does not, and a failure holds nobody up', async () => {
  const oneAtATime = createOneAtATime();
  const order: string[] = [];
  const work = (name: string, fails = false) => async () => {
    order.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  };
  const results = await Promise.allSettled([oneAtATime('a', work('a1', true)), oneAtATime('a', work('a2')), oneAtATime('b', work('b1'))]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(order.indexOf('a1 ends')).toBeLessThan(order.indexOf('a2 begins'));
  expect(order.indexOf('b1 begins')).toBeLessThan(order.indexOf('a1 ends'));
});
