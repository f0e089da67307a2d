import { defineTask } from '@glm-tasks/task';
import { ToolMessage } from '@langchain/core/messages';
import { StructuredTool } from '@langchain/core/tools';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { scriptedModel } from './testing/scripted-model.ts';
import { story } from './testing/story-task.ts';
import { toTool } from './to-tool.ts';

const tale = 'Once there was a fox.';
const toolCall = { type: 'tool_call' as const, id: 'c1', name: 'story', args: { text: 'a fox' } };

describe('toTool', () => {
  test("has the task's name, description and input", () => {
    const tool = toTool(story);
    expect(tool).toBeInstanceOf(StructuredTool);
    expect(tool).toMatchObject({ name: 'story', description: 'Tells a story' });
    expect(tool.schema).toBe(story.input);
  });

  test('its content is the text, its artifact the whole result; the run goes along', async () => {
    const tool = toTool(story, { model: scriptedModel([tale]).model, sign: ' The end.' });
    expect(await tool.invoke({ text: 'a fox' })).toBe(`${tale} The end.`);
    const message = await tool.invoke(toolCall);
    expect(ToolMessage.isInstance(message)).toBe(true);
    expect(message).toMatchObject({ tool_call_id: 'c1', name: 'story', artifact: { words: 7, usage: { calls: 1 } } });
  });

  test('a result without a text is JSON, without what was spent', async () => {
    const facts = defineTask({
      name: 'facts',
      description: 'finds facts',
      input: z.object({ text: z.string() }),
      output: z.object({ facts: z.array(z.string()), warnings: z.array(z.string()), usage: z.object({ calls: z.int() }) }),
      async *run() {
        yield { type: 'progress', stage: 'reading', done: 1, total: 1 };
        return { facts: ['a'], warnings: ['one page was empty'], usage: { calls: 0 } };
      },
    });
    expect(await toTool(facts, { model: scriptedModel(['']).model }).invoke({ text: 'x' })).toBe('{"facts":["a"],"warnings":["one page was empty"]}');
  });

  test('what the task reports on the way are custom events', async () => {
    const heard: unknown[] = [];
    const callbacks = [{ handleCustomEvent: (name: string, data: unknown) => void heard.push([name, data]) }];
    await toTool(story, { model: scriptedModel(['A fox.']).model }).invoke({ text: 'a fox' }, { callbacks });
    expect(heard).toEqual([
      ['progress', { stage: 'planning', done: 0, total: 1 }],
      ['partial', { value: 'a draft' }],
      ['text-delta', { text: 'A ' }],
      ['text-delta', { text: 'fox.' }],
    ]);
  });

  test('arguments that do not fit are refused with what is wrong; an abort ends the task', async () => {
    const tool = toTool(story, { model: scriptedModel([tale]).model });
    await expect(tool.invoke({ text: 'a fox', length: 'huge' })).rejects.toThrow(/length/);
    await expect(tool.invoke({ text: 'a fox' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    const { signal } = new AbortController();
    await expect(toTool(story, { model: scriptedModel([tale]).model, signal }).invoke({ text: 'a fox' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });
});
