import { isTaskError } from '@glm-tasks/core';
import { defineTask } from '@glm-tasks/task';
import { AIMessage } from '@langchain/core/messages';
import { concat } from '@langchain/core/utils/stream';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ChatGlmTasks } from './chat-glm-tasks.ts';
import { scriptedModel } from './testing/scripted-model.ts';
import { story } from './testing/story-task.ts';
import { toRunnable } from './to-runnable.ts';

const tale = 'Once there was a fox.';
const whole = { text: tale, words: 5, warnings: [], usage: { calls: 1 } };
const runnable = () => toRunnable(story, { model: scriptedModel([tale]).model });

describe('toRunnable', () => {
  test('a string, the whole input, or a message', async () => {
    expect(await runnable().invoke('a fox')).toEqual(whole);
    expect(await runnable().invoke({ text: 'a fox', length: 'long' })).toEqual(whole);
    expect(await runnable().invoke(new AIMessage('a fox'))).toEqual(whole);
  });

  test('pipes, from a chat model and into a function', async () => {
    const chain = new ChatGlmTasks({ model: scriptedModel(['a fox']).model }).pipe(runnable()).pipe(({ text, words }) => `${text} (${words})`);
    expect(await chain.invoke('Name an animal')).toBe(`${tale} (5)`);
  });

  test('batches', async () => {
    expect(await runnable().batch(['a fox', 'an owl', 'a hen'])).toEqual([whole, whole, whole]);
  });

  test('a stream: the text as it is released, then the rest; together the result', async () => {
    const streaming = toRunnable(story, { model: scriptedModel([tale]).model }, { textKey: 'text' });
    const pieces = [];
    for await (const piece of await streaming.stream('a fox')) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.slice(0, -1).every((piece) => Object.keys(piece).join('') === 'text')).toBe(true);
    expect(pieces.reduce((one, other) => concat(one, other))).toEqual(whole);
    expect(await streaming.invoke('a fox')).toEqual(whole);
    const texts = [];
    for await (const text of await streaming.pick('text').stream('a fox')) texts.push(text);
    expect(texts.filter((text) => text !== undefined).join('')).toBe(tale);
  });

  test('without the key of its text: the result in one piece', async () => {
    const pieces = [];
    for await (const piece of await runnable().stream('a fox')) pieces.push(piece);
    expect(pieces).toEqual([whole]);
  });

  test('what it reports on the way are custom events', async () => {
    const events = [];
    for await (const event of runnable().streamEvents('a fox', { version: 'v2' })) if (event.event === 'on_custom_event') events.push([event.name, event.data]);
    expect(events.slice(0, 3)).toEqual([
      ['progress', { stage: 'planning', done: 0, total: 1 }],
      ['partial', { value: 'a draft' }],
      ['text-delta', { text: 'Once ' }],
    ]);
  });

  test("aborts by the chain's signal, and by the run's", async () => {
    const { model } = scriptedModel([tale]);
    await expect(toRunnable(story, { model, signal: AbortSignal.abort() }).invoke('a fox')).rejects.toMatchObject({ code: 'aborted' });
    await expect(toRunnable(story, { model }).invoke('a fox', { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  test('input that does not fit is our error', async () => {
    const error: unknown = await runnable()
      .invoke('')
      .catch((caught: unknown) => caught);
    expect(isTaskError(error) && error.code).toBe('invalid_input');
  });

  test('a task that releases another text than its own is found out', async () => {
    const liar = defineTask({
      name: 'liar',
      description: 'says one thing and means another',
      input: z.object({ text: z.string() }),
      output: z.object({ text: z.string() }),
      async *run() {
        yield { type: 'text-delta', text: 'yes' };
        return { text: 'no' };
      },
    });
    await expect(toRunnable(liar, { model: scriptedModel(['']).model }, { textKey: 'text' }).invoke('x')).rejects.toMatchObject({ code: 'output_invalid' });
  });
});
