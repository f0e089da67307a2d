import { isTaskError } from '@glm-tasks/core';
import { AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { RunnableLambda } from '@langchain/core/runnables';
import { tool } from '@langchain/core/tools';
import { toJsonSchema } from '@langchain/core/utils/json_schema';
import { concat } from '@langchain/core/utils/stream';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import { ChatGlmTasks, type ChatGlmTasksFields } from './chat-glm-tasks.ts';
import { answer, call, promptOf, scriptedModel } from './testing/scripted-model.ts';

// What langchain-ai/langchainjs asks of every chat model in internal/standard-tests (unit and integration), written out for ours.

const greeting = 'Hello there, how may I help you today?';
const chatOf = (script: Parameters<typeof scriptedModel>[0], fields: Partial<ChatGlmTasksFields> = {}) => new ChatGlmTasks({ model: scriptedModel(script).model, ...fields });
const sums = z.object({ a: z.int().describe('the first number'), b: z.int().describe('the second number') }).describe('Add two whole numbers');
const sums3 = z3.object({ a: z3.number().int(), b: z3.number().int() }).describe('Add two whole numbers');
const sumsJson = { title: 'sums', type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } }, required: ['a', 'b'] };
const adder = tool(({ a, b }) => JSON.stringify({ result: a + b }), { name: 'adder', description: 'Add two whole numbers', schema: sums });
const question = ChatPromptTemplate.fromMessages([['system', 'Always call {toolName}.'], ['human', 'What is 3 plus 4?']]);

class Listener {
  extra: Record<string, unknown> = {};
  tokens: string[] = [];
  handlers = [
    {
      handleChatModelStart: (_llm: unknown, _messages: unknown, _run: string, _parent?: string, extra?: Record<string, unknown>) => void (this.extra = extra ?? {}),
      handleLLMNewToken: (token: string) => void this.tokens.push(token),
    },
  ];
}

describe('made', () => {
  test('with the parameters all chat models have, with a key, with streaming, and unknown ones are no reason to fail', () => {
    const more = { apiKey: 'x', streaming: true, timeout: 60, stopSequences: [], maxRetries: 2 };
    expect(chatOf([greeting], { temperature: 0, maxTokens: 100, ...more })).toBeDefined();
  });

  test('bindTools and withStructuredOutput give something to call', () => {
    const chat = chatOf([greeting]);
    expect(chat.bindTools([adder])).toBeDefined();
    expect(chat.withStructuredOutput(sums)).toBeDefined();
  });

  test('parameters for LangSmith', () => {
    const chat = chatOf([greeting], { temperature: 0, maxTokens: 100, stop: ['.'] });
    expect(chat.getLsParams({})).toEqual({ ls_provider: 'glm-tasks', ls_model_name: 'fake', ls_model_type: 'chat', ls_temperature: 0, ls_max_tokens: 100, ls_stop: ['.'] });
    expect(Object.keys(chat.getLsParams({})).sort()).toEqual(['ls_max_tokens', 'ls_model_name', 'ls_model_type', 'ls_provider', 'ls_stop', 'ls_temperature']);
    expect(chat.getLsParams({ stop: ['!'] })).toMatchObject({ ls_stop: ['!'] });
  });
});

describe('words', () => {
  test('invoke', async () => {
    const message = await chatOf([greeting]).invoke('Hello');
    expect(message).toBeInstanceOf(AIMessage);
    expect(message.text).toBe(greeting);
  });

  test('stream', async () => {
    const chunks: AIMessageChunk[] = [];
    for await (const chunk of await chatOf([greeting]).stream('Hello')) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.every((chunk) => AIMessageChunk.isInstance(chunk))).toBe(true);
    expect(chunks.map((chunk) => chunk.text).join('')).toBe(greeting);
  });

  test('batch', async () => {
    const messages = await chatOf([(request) => `You said: ${promptOf(request)}`]).batch(['Hello', 'Hey']);
    expect(messages.map(({ text }) => text)).toEqual(['You said: user: Hello', 'You said: user: Hey']);
  });

  test('streamEvents of version 2: start, stream, end, the same text', async () => {
    const events = [];
    for await (const event of chatOf([greeting]).streamEvents('Hello', { version: 'v2' })) events.push(event);
    expect(events[0]?.event).toBe('on_chat_model_start');
    expect(events.at(-1)?.event).toBe('on_chat_model_end');
    const streamed = events.filter(({ event }) => event === 'on_chat_model_stream').map(({ data }) => (data.chunk as AIMessageChunk).text);
    expect(streamed.join('')).toBe(greeting);
    expect(events.at(-1)?.data.output).toMatchObject({ text: greeting });
  });

  test('streamEvents by content blocks', async () => {
    const message = await chatOf([greeting]).streamEvents('Hello');
    expect(message.text).toBe(greeting);
    expect(message.usage_metadata).toMatchObject({ output_tokens: 17 });
  });

  test('a conversation, and one in which the same side speaks twice', async () => {
    const turns = [new SystemMessage('Be kind.'), new SystemMessage('Be brief.'), new HumanMessage('hello'), new HumanMessage('hi'), new AIMessage('hello'), new AIMessage('yes?'), new HumanMessage('how are you')];
    const { engine, model } = scriptedModel([greeting]);
    await new ChatGlmTasks({ model }).invoke(turns);
    expect(engine.requests[0]?.prompt).toEqual([
      { role: 'system', content: 'Be kind.\n\nBe brief.' },
      { role: 'user', content: 'hello\n\nhi' },
      { role: 'assistant', content: 'hello\n\nyes?' },
      { role: 'user', content: 'how are you' },
    ]);
  });

  test('usage, of invoke and in the last chunk of a stream alone', async () => {
    const chat = chatOf([greeting]);
    const { usage_metadata: usage, response_metadata: metadata } = await chat.invoke('Hello');
    expect(usage).toEqual({ input_tokens: 2, output_tokens: 17, total_tokens: 19, input_token_details: { cache_read: 0 } });
    expect(metadata).toMatchObject({ model_name: 'fake', finish_reason: 'stop' });
    const chunks: AIMessageChunk[] = [];
    for await (const chunk of await chat.stream('Hello')) chunks.push(chunk);
    expect(chunks.slice(0, -1).some(({ usage_metadata: early }) => early)).toBe(false);
    expect(chunks.at(-1)?.usage_metadata).toEqual(usage);
    const joined = chunks.reduce((one, other) => concat(one, other));
    expect(joined.usage_metadata).toMatchObject(usage ?? {});
    expect(joined.response_metadata).toMatchObject({ model_name: 'fake', finish_reason: 'stop' });
  });

  test('stop texts, of the call and of the model', async () => {
    expect((await chatOf([greeting]).invoke('hi', { stop: [','] })).text).toBe('Hello there');
    expect((await chatOf([greeting], { stop: [','] }).invoke('hi')).text).toBe('Hello there');
  });

  test('an aborted signal: invoke fails, a stream gives nothing', async () => {
    const { engine, model } = scriptedModel([greeting]);
    const chat = new ChatGlmTasks({ model });
    const signal = AbortSignal.abort();
    await expect(chat.invoke('hello', { signal })).rejects.toThrow(/abort/i);
    const chunks: unknown[] = [];
    const reading = async () => {
      for await (const chunk of await chat.stream('hello', { signal })) chunks.push(chunk);
    };
    await expect(reading()).rejects.toThrow(/abort/i);
    expect(chunks).toEqual([]);
    expect(engine.requests).toEqual([]);
  });

  test('text in content blocks; images, audio and files are refused by name', async () => {
    const { engine, model } = scriptedModel([greeting]);
    const chat = new ChatGlmTasks({ model });
    await chat.invoke([new HumanMessage({ content: [{ type: 'text', text: 'Hello' }, { type: 'text', text: ' you' }] })]);
    expect(engine.requests[0]?.prompt).toEqual([{ role: 'user', content: 'Hello you' }]);
    const blocks = [
      { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
      { type: 'image', source_type: 'base64', data: 'AAAA', mime_type: 'image/png' },
      { type: 'audio', source_type: 'url', url: 'https://example.com/a.mp3' },
      { type: 'file', source_type: 'base64', data: 'AAAA', mime_type: 'application/pdf' },
    ];
    for (const block of blocks) {
      const error: unknown = await chat.invoke([new HumanMessage({ content: [{ type: 'text', text: 'What is this?' }, block] })]).catch((caught: unknown) => caught);
      expect(isTaskError(error) && error.code).toBe('invalid_input');
      expect(String(error)).toMatch(/"(?:image|audio|file)"/);
    }
    expect(engine.requests).toHaveLength(1);
  });

  test('a cache keeps messages with content blocks', async () => {
    const { engine, model } = scriptedModel([greeting]);
    const chat = new ChatGlmTasks({ model, cache: true });
    const prompt = [new HumanMessage({ content: [{ type: 'text', text: 'Hello there!' }] })];
    const [first, second] = [await chat.invoke(prompt), await chat.invoke(prompt)];
    expect(second.text).toBe(first.text);
    expect(engine.requests).toHaveLength(1);
  });
});

describe('tools', () => {
  test('a tool is called', async () => {
    const message = await chatOf([call('adder', { a: 1, b: 2 })]).bindTools([adder]).invoke('What is adder(1, 2)?');
    expect(message).toBeInstanceOf(AIMessage);
    expect(message.tool_calls).toEqual([{ type: 'tool_call', id: expect.stringMatching(/^call_/) as string, name: 'adder', args: { a: 1, b: 2 } }]);
    expect(message).toMatchObject({ content: '', response_metadata: { finish_reason: 'tool_calls' } });
  });

  test('tools out of Runnables, in the form of OpenAI, and as bare name and schema', async () => {
    const runnable = RunnableLambda.from(() => {}).asTool({ name: 'adder', description: 'Add', schema: sums });
    const openai = { type: 'function', function: { name: 'adder', description: 'Add', parameters: toJsonSchema(sums) } };
    const bare = { name: 'adder', description: 'Add', schema: z.object({ a: z.int(), b: z.int() }) };
    for (const one of [runnable, openai, bare]) {
      const { tool_calls: calls = [] } = await question.pipe(chatOf([call('adder', { a: 3, b: 4 })]).bindTools([one])).invoke({ toolName: 'adder' });
      expect(calls).toMatchObject([{ name: 'adder', args: { a: 3, b: 4 } }]);
    }
  });

  const used = [
    { name: 'string content', messages: [new HumanMessage('What is 1 + 2'), new AIMessage({ content: '', tool_calls: [{ name: 'adder', args: { a: 1, b: 2 }, id: 'x', type: 'tool_call' }] }), new ToolMessage('{"result":3}', 'x', 'adder')] },
    {
      name: 'list content',
      messages: [
        new HumanMessage('What is 1 + 2'),
        new AIMessage({ content: [{ type: 'text', text: 'some text' }, { type: 'tool_use', id: 'x', name: 'adder', input: { a: 1, b: 2 } }], tool_calls: [{ name: 'adder', args: { a: 1, b: 2 }, id: 'x', type: 'tool_call' }] }),
        new ToolMessage('{"result":3}', 'x', 'adder'),
      ],
    },
  ] satisfies { name: string; messages: BaseMessage[] }[];

  test.each(used)('a history with a call and its result: $name', async ({ messages }) => {
    const { engine, model } = scriptedModel([answer('It is 3.')]);
    const bound = new ChatGlmTasks({ model }).bindTools([adder]);
    expect((await bound.invoke(messages)).text).toBe('It is 3.');
    const prompt = promptOf(engine.requests[0]!);
    expect(prompt).toContain('{"tool":"adder","arguments":{"a":1,"b":2}}');
    expect(prompt).toContain('The tool "adder" returned:\n{"result":3}');
    let streamed: AIMessageChunk | undefined;
    for await (const chunk of await bound.stream(messages)) streamed = streamed ? concat(streamed, chunk) : chunk;
    expect(streamed?.text).toBe('It is 3.');
  });

  test('examples of use before the question', async () => {
    const { engine, model } = scriptedModel([call('adder', { a: 3, b: 4 })]);
    const examples = [...used[0]!.messages, new AIMessage('It is 3.'), new HumanMessage('What is 3 + 4')];
    expect((await new ChatGlmTasks({ model }).bindTools([adder]).invoke(examples)).tool_calls).toHaveLength(1);
    expect(promptOf(engine.requests[0]!)).toMatch(/It is 3\.\nuser: What is 3 \+ 4$/);
  });

  test('a stream ends with the call in chunks that join', async () => {
    let joined: AIMessageChunk | undefined;
    for await (const chunk of await chatOf([call('adder', { a: 1, b: 2 })]).bindTools([adder]).stream('What is adder(1, 2)?')) joined = joined ? concat(joined, chunk) : chunk;
    expect(joined?.tool_calls).toMatchObject([{ name: 'adder', args: { a: 1, b: 2 }, type: 'tool_call' }]);
    expect(joined?.tool_call_chunks).toHaveLength(1);
    expect(joined?.usage_metadata).toMatchObject({ input_tokens: expect.any(Number) as number });
  });

  test('an answer in words is streamed, with tools bound', async () => {
    const texts: string[] = [];
    for await (const chunk of await chatOf([answer('The sum is "3".\nGood?')]).bindTools([adder]).stream('Hi')) texts.push(chunk.text);
    expect(texts.length).toBeGreaterThan(4);
    expect(texts.join('')).toBe('The sum is "3".\nGood?');
  });

  test('arguments that nest', async () => {
    const schema = z.object({
      decision: z.enum(['UseAPI', 'UseFallback']),
      explanation: z.string(),
      apiDetails: z.object({ serviceName: z.string(), endpointName: z.string(), parameters: z.record(z.string(), z.unknown()), extraction_path: z.string().optional() }),
    });
    const args = { decision: 'UseAPI', explanation: 'it is there', apiDetails: { serviceName: 'weather', endpointName: 'now', parameters: { city: 'Oslo', days: [1, 2] } } };
    const bound = chatOf([call('route', args)]).bindTools([tool(() => '', { name: 'route', description: 'Choose a route', schema })]);
    expect((await bound.invoke('Route this')).tool_calls?.[0]?.args).toEqual(args);
  });
});

describe('structured output', () => {
  test('an object, and what tracers are told', async () => {
    const listener = new Listener();
    const structured = chatOf(['{"a": 3, "b": 4}']).withStructuredOutput(sums, { name: 'adder' });
    expect(await question.pipe(structured).invoke({ toolName: 'adder' }, { callbacks: listener.handlers })).toEqual({ a: 3, b: 4 });
    expect((listener.extra['options'] as Record<string, unknown>)['ls_structured_output_format']).toEqual({ kwargs: { method: 'jsonSchema' }, schema: toJsonSchema(sums) });
  });

  test('by a schema of zod 3, and by JSON Schema', async () => {
    expect(await chatOf(['{"a": 3, "b": 4}']).withStructuredOutput(sums3).invoke('What is 3 plus 4?')).toEqual({ a: 3, b: 4 });
    expect(await chatOf(['{"a": 3, "b": 4}']).withStructuredOutput(sumsJson).invoke('What is 3 plus 4?')).toEqual({ a: 3, b: 4 });
  });

  test('with the raw message', async () => {
    const { raw, parsed } = await chatOf(['{"a": 3, "b": 4}']).withStructuredOutput(sums, { includeRaw: true }).invoke('What is 3 plus 4?');
    expect(raw).toBeInstanceOf(AIMessage);
    expect(raw.text).toBe('{"a":3,"b":4}');
    expect(parsed).toEqual({ a: 3, b: 4 });
  });
});
