import { expect, test } from 'vitest';
import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { generateGuarded, lastOf } from './generate-guarded.ts';
import type { GuardOptions } from './guards.ts';

function ask(replies: string[], guards: GuardOptions = {}, maxTokens = 100) {
  const engine = fakeEngine({ reply: () => replies[Math.min(engine.requests.length, replies.length) - 1] ?? '' });
  const prompt = (failed: string | undefined) => [{ role: 'user' as const, content: failed ?? 'first' }];
  return { engine, steps: generateGuarded(createModel(engine), { prompt, guards, maxTokens }) };
}

test('asks once more when a guard fails, and tells the prompt why', async () => {
  const { engine, steps } = ask(['loop it '.repeat(9), 'All is well.']);
  expect(await lastOf(steps)).toMatchObject({ text: 'All is well.', raw: 'All is well.' });
  expect(engine.requests.map(({ prompt }) => (prompt as { content: string }[])[0]?.content)).toEqual(['first', 'repetition']);
  expect(engine.requests.map(({ repetitionPenalty }) => repetitionPenalty)).toEqual([1, 1.15]);
});

test('after a second failure the attempt that failed less comes back, its loop cut off, with the failure named', async () => {
  expect(await lastOf(ask(['<think>', 'well well well well well well', '']).steps)).toMatchObject({ failure: 'repetition' });
  const { engine, steps } = ask(['It begins well. abc abc abc abc abc abc']);
  expect(await lastOf(steps)).toMatchObject({ text: 'It begins well. abc', failure: 'repetition' });
  expect(engine.requests).toHaveLength(2);
});

test('yields sentence by sentence, without preamble', async () => {
  const { steps } = ask(['Here is a summary: One is here. Two is here. Three']);
  const seen: string[] = [];
  for await (const text of steps) seen.push(text);
  expect(seen).toEqual(['One is here.', 'One is here. Two is here.']);
});

test('a text cut off by maxTokens loses its unfinished sentence', async () => {
  expect(await lastOf(ask(['One is here. Two is here.'], {}, 9).steps)).toMatchObject({ text: 'One is here.' });
  expect(await lastOf(ask(['One is here and goes on'], {}, 5).steps)).toMatchObject({ text: 'One is here' });
});
