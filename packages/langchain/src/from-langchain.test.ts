import { testEngine } from '@glm-tasks/core/testing';
import type { Part } from '@glm-tasks/core';
import { AIMessageChunk } from '@langchain/core/messages';
import { FakeListChatModel, FakeStreamingChatModel } from '@langchain/core/utils/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ChatGlmTasks } from './chat-glm-tasks.ts';
import type { ForeignChatModel, ForeignChunk } from './foreign-chat-model.ts';
import { fromLangChain } from './from-langchain.ts';
import { createLangChainEngine } from './langchain-engine.ts';
import { scriptedModel } from './testing/scripted-model.ts';
import { story } from './testing/story-task.ts';

const tale = 'Once upon a time a fox lived by the sea. 它喜欢鱼。👩‍👩‍👧 Every morning it walked along the beach and looked for fish, and the gulls laughed at it.';

/** The least a chat model of LangChain can be. */
function foreign(chunks: (ForeignChunk | Error)[], more: Partial<ForeignChatModel> = {}): ForeignChatModel & { calls: [unknown, Record<string, unknown> | undefined][] } {
  const calls: [unknown, Record<string, unknown> | undefined][] = [];
  return {
    calls,
    async stream(messages, options) {
      calls.push([messages, options]);
      return (async function* () {
        for (const chunk of chunks) {
          if (chunk instanceof Error) throw chunk;
          yield chunk;
        }
      })();
    },
    ...more,
  };
}

const text = (content: string): ForeignChunk => ({ content });
const endOf = async (parts: AsyncIterable<Part>) => {
  let end: Part | undefined;
  for await (const part of parts) end = part;
  return end?.type === 'end' ? end : expect.fail('no end');
};

describe.each([
  ['FakeListChatModel', () => new FakeListChatModel({ responses: [tale] })],
  ['FakeStreamingChatModel', () => new FakeStreamingChatModel({ sleep: 0, chunks: (tale.match(/.{1,7}/gsu) ?? []).map((content) => new AIMessageChunk(content)) })],
  ['one of ours', () => new ChatGlmTasks({ model: scriptedModel([tale]).model })],
])('%s keeps the contract of engines', (_, create) => {
  for (const { name, run } of testEngine(async () => createLangChainEngine(create(), { contextLength: 2000 }))) test(name, run);
});

describe('fromLangChain', () => {
  test('messages as they are, the text joined, usage added up over the chunks', async () => {
    const chat = foreign([
      { content: 'Good ', usage_metadata: { input_tokens: 9, output_tokens: 0, input_token_details: { cache_read: 4 } } },
      { content: [{ type: 'thinking', thinking: 'hm' }, { type: 'text', text: 'day' }] },
      { content: '', usage_metadata: { input_tokens: 0, output_tokens: 2 }, response_metadata: { finish_reason: 'stop' }, additional_kwargs: { reasoning_content: '!' } },
    ]);
    const prompt = [{ role: 'system' as const, content: 'Be kind.' }, { role: 'user' as const, content: 'Hi' }];
    const generated = await fromLangChain(chat).generate(prompt);
    expect(generated).toMatchObject({ text: 'Good day', finishReason: 'stop', reasoning: 'hm!', usage: { inputTokens: 9, outputTokens: 2, cachedTokens: 4, calls: 1 } });
    expect(chat.calls[0]?.[0]).toEqual(prompt);
  });

  test('options go along where calls may have them, and what cannot be honoured is said', async () => {
    const chat = foreign([text('ok')], { callKeys: ['stop', 'maxTokens'] });
    const { warnings } = await fromLangChain(chat).generate('Hi', { maxTokens: 5, stop: ['x'], temperature: 0.7, seed: 3, noRepeatNgram: 4 });
    expect(chat.calls[0]?.[1]).toMatchObject({ maxTokens: 5, stop: ['x'] });
    expect(chat.calls[0]?.[1]).not.toHaveProperty('temperature');
    expect(warnings.map((warning) => warning.split(' ')[0])).toEqual(['noRepeatNgram', 'temperature', 'seed']);
  });

  test('a chat model made for the request honours all of it', async () => {
    const made: unknown[] = [];
    const model = fromLangChain((sampling) => {
      made.push(sampling);
      return Object.assign(foreign([text('ok')]), sampling);
    });
    expect(await model.generate('Hi', { maxTokens: 5, temperature: 0.7 })).toMatchObject({ text: 'ok', warnings: [] });
    await model.generate('Hi again', { maxTokens: 5, temperature: 0.7 });
    expect(made).toEqual([{ temperature: 0 }, { temperature: 0.7, maxTokens: 5 }]);
  });

  test('one of ours, there and back, honours what it is given', async () => {
    const { engine, model } = scriptedModel(['one two three']);
    const back = fromLangChain(new ChatGlmTasks({ model }));
    expect(await back.generate('Count', { maxTokens: 2, topK: 5, seed: 1 })).toMatchObject({ text: 'one ', finishReason: 'length', warnings: [] });
    expect(engine.requests[0]).toMatchObject({ maxTokens: 2, topK: 5, seed: 1, temperature: 0 });
    expect(await back.countTokens(['four char'])).toEqual({ counts: [3], exact: true });
    expect(back.contextLength).toBe(4096);
  });

  test('a cut is told by the reason of the provider, or by the estimate', async () => {
    expect((await endOf(fromLangChain(foreign([{ content: 'a', response_metadata: { stop_reason: 'max_tokens' } }])).stream('Hi'))).finishReason).toBe('length');
    const cut = await fromLangChain(foreign([text('one two six four five')])).generate('Hi', { maxTokens: 3 });
    expect(cut).toMatchObject({ text: 'one two six ', finishReason: 'length', usage: { outputTokens: 3 } });
    expect(cut.warnings).toContainEqual(expect.stringContaining('maxTokens was kept by an estimate'));
  });

  test('objects and tasks work over it', async () => {
    const { object, rung } = await fromLangChain(foreign([text('Sure: {"year": '), text('1815}')])).generateObject('When?', { schema: z.object({ year: z.int() }) });
    expect([object, rung]).toEqual([{ year: 1815 }, 'prompt']);
    expect(await story('a fox', { model: fromLangChain(new FakeListChatModel({ responses: ['A fox.'] })) })).toMatchObject({ text: 'A fox.', words: 2 });
  });

  const failures: [string, Error, object][] = [
    ['a rate limit', Object.assign(new Error('slow down'), { status: 429 }), { code: 'overloaded', retryable: true }],
    ['a broken server', Object.assign(new Error('bad gateway'), { status: 502 }), { code: 'upstream_failed', retryable: true, details: { status: 502 } }],
    ['a wrong key', Object.assign(new Error('Incorrect API key'), { status: 401 }), { code: 'upstream_failed', retryable: false }],
    ["LangChain's own class for long prompts", Object.assign(new Error('too big'), { name: 'ContextOverflowError' }), { code: 'context_overflow' }],
    ["OpenAI's code for long prompts", Object.assign(new Error('no'), { code: 'context_length_exceeded', status: 400 }), { code: 'context_overflow' }],
    ['words for long prompts', new Error("This model's maximum context length is 8192 tokens"), { code: 'context_overflow' }],
    ['a timeout', Object.assign(new Error('took too long'), { name: 'TimeoutError' }), { code: 'timeout', retryable: true }],
    ["LangChain's mark", Object.assign(new Error('later'), { [Symbol.for('langchain.errors.retryable')]: true }), { code: 'upstream_failed', retryable: true }],
  ];
  test.each(failures)('%s', async (_, thrown, wanted) => {
    await expect(fromLangChain(foreign([text('so far'), thrown])).generate('Hi')).rejects.toMatchObject({ ...wanted, cause: thrown, partial: 'so far' });
  });

  test('an answer that was withheld is an error', async () => {
    await expect(fromLangChain(foreign([{ content: '', response_metadata: { finish_reason: 'content_filter' } }])).generate('Hi')).rejects.toMatchObject({ code: 'upstream_failed' });
  });

  test('a chat model that ends in silence when it is aborted does not pass for finished', async () => {
    const stop = new AbortController();
    const silent: ForeignChatModel = {
      stream: async () =>
        (async function* () {
          yield text('so far');
          stop.abort();
        })(),
    };
    const parts: Part[] = [];
    const reading = async () => {
      for await (const part of createLangChainEngine(silent).stream({ prompt: 'Hi', signal: stop.signal })) parts.push(part);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'aborted' });
    expect(parts.some(({ type }) => type === 'end')).toBe(false);
  });

  test('tokens are estimated without the network, where the chat model does not count itself', async () => {
    const { counts, exact } = await fromLangChain(new FakeListChatModel({ responses: [''] })).countTokens(['', 'one two']);
    expect([counts, exact]).toEqual([[0, 2], false]);
  });

  test('what is no chat model is refused', () => {
    // @ts-expect-error a caller without types
    expect(() => fromLangChain('gpt-5')).toThrow(/The chat model is "gpt-5"/);
  });
});
