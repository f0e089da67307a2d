import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { meterUsage } from './usage.ts';

const schema = z.object({ name: z.string() });

async function meter(reply: string, use: (model: ReturnType<typeof meterUsage>['model']) => Promise<unknown>): Promise<number> {
  const { model, usage } = meterUsage(createModel(fakeEngine({ reply: () => reply })));
  await use(model);
  return usage.calls;
}

test('counts texts, streams and objects', async () => {
  expect(await meter('Hello.', (model) => model.generate('Hi.'))).toBe(1);
  expect(await meter('Hello.', async (model) => { for await (const _ of model.stream('Hi.')); })).toBe(1);
  expect(await meter('{"name":"Ann"}', (model) => model.generateObject('Who?', { schema }))).toBe(1);
  expect(await meter('{"name":"Ann"}', async (model) => { for await (const _ of model.streamObject('Who?', { schema })); })).toBe(1);
});

test('counts what was spent on an object that failed', async () => {
  expect(await meter('no', (model) => expect(model.generateObject('Who?', { schema })).rejects.toMatchObject({ code: 'output_invalid' }))).toBe(2);
});

test('counts a text that was broken off by its words, and neither twice nor at all where nothing came', async () => {
  const { model, usage } = meterUsage(createModel(fakeEngine({ reply: () => ['One ', 'two ', 'three.'] })));
  for await (const part of model.stream([{ role: 'user', content: 'Count on.' }])) if (part.type === 'text-delta' && part.text === 'two ') break;
  const { counts } = await model.countTokens(['Count on.', 'One two ']);
  expect(usage).toEqual({ inputTokens: counts[0], outputTokens: counts[1], cachedTokens: 0, calls: 1 });
  const failing = meterUsage(createModel(fakeEngine({ reply: () => { throw new Error('down'); } })));
  await expect(failing.model.generate('Hi.')).rejects.toThrow('down');
  expect(failing.usage.calls).toBe(0);
});
