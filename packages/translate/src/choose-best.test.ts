import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { expect, test } from 'vitest';
import { chooseBest } from './choose-best.ts';
import type { Attempt } from './translate-piece.ts';

const attempt = (answer: string, problems: Attempt['problems'] = []): Attempt => ({ answer, text: answer, problems });
const prompt = [{ role: 'user' as const, content: 'Translate this.' }];
const plain = createModel(fakeEngine({ reply: () => '' }));
const scoring = createModel(fakeEngine({ reply: () => '', score: async (_, texts) => texts.map((text) => ({ logprob: text.includes('晚') ? -1 : -50, tokens: 10 })) }));

test('what most samples agree on', async () => {
  const attempts = [attempt('天空很蓝'), attempt('渡轮早上离开港口'), attempt('渡轮早上离开旧港口'), attempt('渡轮离开港口')];
  expect((await chooseBest(attempts, plain, prompt, undefined)).answer).toBe('渡轮早上离开港口');
});

test('of equals the likeliest, where the engine can say so', async () => {
  const attempts = [attempt('渡轮早上离开'), attempt('渡轮晚上离开')];
  expect((await chooseBest(attempts, scoring, prompt, undefined)).answer).toBe('渡轮晚上离开');
});

test('fewer problems before all else', async () => {
  const note = { kind: 'numbers' as const, message: 'the source has 8', fatal: false };
  const attempts = [attempt('渡轮早上离开港口', [note]), attempt('渡轮早上离开旧港口', [note]), attempt('船走了')];
  expect((await chooseBest(attempts, scoring, prompt, undefined)).answer).toBe('船走了');
});
