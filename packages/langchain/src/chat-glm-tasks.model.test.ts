import { fromPretrained, type Model } from '@glm-tasks/core';
import { type AIMessageChunk, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ChatGlmTasks } from './chat-glm-tasks.ts';

const folder = process.env['GLM_TASKS_TEST_MODEL'] ?? '';
// In CI a missing model is a failure, elsewhere the reason was printed by the set-up.
const suite = folder === '' && process.env['CI'] === undefined ? describe.skip : describe;

suite('ChatGlmTasks on real weights', () => {
  let model: Model;
  let chat: ChatGlmTasks;
  beforeAll(async () => {
    model = await fromPretrained(folder, { slots: 2, contextLength: 2048 });
    chat = new ChatGlmTasks({ model, maxTokens: 60 });
  });
  afterAll(() => model.dispose());

  test('answers, and counts the tokens it was charged for', async () => {
    const { text, usage_metadata: usage } = await chat.invoke([new SystemMessage('Answer with one word.'), new HumanMessage('What is the capital of France?')]);
    expect(text).toContain('Paris');
    expect(usage).toMatchObject({ input_tokens: expect.any(Number) as number, output_tokens: expect.any(Number) as number });
    expect(await chat.getNumTokens('你好，我是一个程序员。')).toBeLessThan(9);
  });

  test('streams', async () => {
    const chunks: AIMessageChunk[] = [];
    for await (const chunk of await chat.stream('Count from one to ten in words.')) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.map(({ text }) => text).join('')).toMatch(/two/i);
    expect(chunks.at(-1)?.usage_metadata).toBeDefined();
  });

  test('gives structured output, and calls a tool', async () => {
    const person = await chat.withStructuredOutput(z.object({ name: z.string(), age: z.int() })).invoke('Jane Eyre is eighteen years old. Who is she, and how old?');
    expect(person.name).toMatch(/Jane/);
    expect(Number.isInteger(person.age)).toBe(true);
    const weather = tool(() => '', { name: 'weather', description: 'Tells the weather of a city', schema: z.object({ city: z.string() }) });
    const { tool_calls: calls } = await chat.bindTools([weather], { tool_choice: 'any' }).invoke('What is the weather in Oslo?');
    expect(calls).toMatchObject([{ name: 'weather', args: { city: expect.stringMatching(/Oslo/) as string } }]);
  });
});
