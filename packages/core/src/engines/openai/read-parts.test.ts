import { isDeepStrictEqual } from 'node:util';
import { TaskError } from '@glm-tasks/weights';
import { afterAll, describe, expect, it } from 'vitest';
import type { GenerateRequest, Part } from '../../engine.ts';
import { providers, type ProviderName } from './providers.ts';
import { readEvents } from './read-events.ts';
import { readParts } from './read-parts.ts';
import { openServer, type Server } from './server.ts';
import { writeAnswer } from './testing/wire-samples.ts';

const fail = (what: string): TaskError => new TaskError('upstream_failed', what);
const names = Object.keys(providers) as ProviderName[];
const servers = new Map(names.map((name) => [name, openServer({ provider: providers[name], baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'key-1234', slots: 1 })]));
afterAll(() => Promise.all([...servers.values()].map((server: Server) => server.close())));

async function read(name: ProviderName, pieces: Uint8Array[], request: Partial<GenerateRequest> = {}): Promise<Part[]> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }
  const server = servers.get(name)!;
  const watch = { signal: new AbortController().signal, progress() {}, hurry() {} };
  const events = readEvents(chunks(), server.provider.wire === 'ollama' ? 'lines' : 'document', fail);
  const asked = { server, model: 'm', body: {} };
  const parts: Part[] = [];
  for await (const part of readParts(events, { request: { prompt: 'x', ...request }, asked, warnings: [], contextLength: 512 }, watch)) parts.push(part);
  return parts;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const say = (...deltas: object[]): Uint8Array[] => [encode(deltas.map((delta) => `data: ${JSON.stringify({ choices: [{ index: 0, ...delta }] })}\n\n`).join(''))];
const textOf = (parts: Part[]): string => parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');

describe('readParts', () => {
  const answer = { tokens: ['你', '好', '，', ' world', ' 🦊', '!'], reasoning: ['Let me', ' 想想。'], finish: 'stop', inputTokens: 12, cachedTokens: 5, logprobs: 2 };
  // OpenAI shows no thoughts, and DashScope none when they are off.
  const silent = new Set<ProviderName>(['openai', 'dashscope']);
  const reportless = new Set<ProviderName>(['zhipu', 'zai']);

  it.each(names)('reads the wire format of %s, cut at every byte', async (name) => {
    const bytes = encode(writeAnswer[name](answer));
    const parts = await read(name, [bytes], { logprobs: 1 });
    expect(textOf(parts)).toBe('你好， world 🦊!');
    const end = parts.at(-1)!;
    const outputTokens = name === 'ollama' ? 6 : 8;
    const cachedTokens = name === 'ollama' || name === 'compatible' ? 0 : 5;
    expect(end).toMatchObject({ type: 'end', finishReason: 'stop', usage: { inputTokens: 12, outputTokens, cachedTokens, calls: 1 } });
    if (!silent.has(name)) expect(end).toMatchObject({ reasoning: 'Let me 想想。' });
    expect(end).not.toHaveProperty('warnings');
    if (!reportless.has(name)) expect(end).toMatchObject({ logprobs: answer.tokens.map((token) => ({ token, logprob: -0.25, top: [{ token, logprob: -0.25 }, { token: '？', logprob: -1.25 }] })) });
    const wrong: number[] = [];
    for (let cut = 1; cut < bytes.length; cut++) {
      const again = await read(name, [bytes.subarray(0, cut), bytes.subarray(cut)], { logprobs: 1 });
      if (!isDeepStrictEqual(again, parts)) wrong.push(cut);
    }
    expect(wrong).toEqual([]);
    expect(await read(name, [...bytes].map((byte) => Uint8Array.of(byte)), { logprobs: 1 })).toEqual(parts);
  });

  it.each(names)('never takes a stream of %s cut short for a whole one', async (name) => {
    const text = writeAnswer[name]({ tokens: answer.tokens, finish: 'stop', inputTokens: 12 });
    const bytes = encode(text);
    const whole = await read(name, [bytes]);
    for (let length = 0; length < bytes.length; length += 3) {
      const cut = await read(name, [bytes.subarray(0, length)]).catch((error: unknown) => error);
      if (cut instanceof TaskError) expect(cut).toMatchObject({ code: 'upstream_failed' });
      else expect(textOf(cut as Part[])).toBe(textOf(whole));
    }
  });

  it('carries what had come when the end is missing', async () => {
    const early = [encode('data: {"choices":[{"delta":{"content":"half a"}}]}\n\ndata: [DONE]\n\n')];
    await expect(read('openai', early)).rejects.toMatchObject({ code: 'upstream_failed', partial: 'half a', message: expect.stringContaining('broke off') });
  });

  it('reads an answer that was not streamed', async () => {
    const document = { object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 2 } };
    const parts = await read('compatible', [encode(JSON.stringify(document, null, 2))]);
    expect(parts).toEqual([{ type: 'text-delta', text: 'Hi.' }, { type: 'end', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 2, cachedTokens: 0, calls: 1 } }]);
  });

  it('joins surrogate halves, and mends one left alone', async () => {
    const parts = await read('openai', say({ delta: { content: 'a\ud83e' } }, { delta: { content: '\udd8ab' } }, { delta: { content: '\ud83e' }, finish_reason: 'stop' }));
    for (const part of parts) if (part.type === 'text-delta') expect(part.text.isWellFormed()).toBe(true);
    expect(textOf(parts)).toBe('a🦊b\uFFFD');
  });

  it('ends before a stop text the server does not know, wherever it lies', async () => {
    const tokens = say(...['one S', 'TO', 'P two'].map((content) => ({ delta: { content }, logprobs: { content: [{ token: content, logprob: -1 }] } })), { delta: {}, finish_reason: 'length' });
    const parts = await read('openai', tokens, { stop: ['x', 'STOP'], logprobs: 0 });
    expect(textOf(parts)).toBe('one ');
    expect(parts.at(-1)).toMatchObject({ finishReason: 'stop', logprobs: [{ token: 'one S' }], warnings: [expect.stringContaining('estimated')] });
    expect(textOf(await read('openai', say({ delta: { content: 'ends in STO' }, finish_reason: 'stop' }), { stop: ['STOP'] }))).toBe('ends in STO');
  });

  it.each([
    ['content_filter', false, /content filter/],
    ['sensitive', false, /content filter/],
    ['network_error', true, /gave up/],
    ['insufficient_system_resource', true, /gave up/],
    ['tool_calls', false, /called a tool/],
  ])('makes an error of the finish reason %s', async (finish_reason, retryable, message) => {
    await expect(read('zhipu', say({ delta: { content: 'some' }, finish_reason }))).rejects.toMatchObject({
      code: 'upstream_failed',
      retryable,
      partial: 'some',
      details: { finishReason: finish_reason },
      message: expect.stringMatching(message),
    });
  });

  it('takes a finish reason it does not know for the end, and says so', async () => {
    expect((await read('openai', say({ delta: { content: 'a' }, finish_reason: 'bored' }))).at(-1)).toMatchObject({ finishReason: 'stop', warnings: [expect.stringContaining('"bored"'), expect.stringContaining('usage')] });
  });

  it('reports a refusal as one', async () => {
    await expect(read('openai', say({ delta: { refusal: 'I cannot ' } }, { delta: { refusal: 'do that.' }, finish_reason: 'stop' }))).rejects.toThrow(/refuses: I cannot do that/);
  });

  it('throws the error that comes in the middle, with what had come', async () => {
    const bytes = encode(`data: {"choices":[{"delta":{"content":"so far"}}]}\n\ndata: {"error":{"message":"CUDA error, key-1234","type":"InternalServerError","code":500}}\n\n`);
    const error = await read('vllm', [bytes]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'upstream_failed', partial: 'so far', retryable: true, message: expect.stringContaining('CUDA error, [key]') });
  });

  it('loses no usage to a connection that breaks after the last token', async () => {
    async function* broken(): AsyncGenerator<{ data: unknown }> {
      yield { data: { choices: [{ delta: { content: 'all' }, finish_reason: 'stop' }], usage: { prompt_tokens: 3, completion_tokens: 1 } } };
      throw fail('reset');
    }
    const watch = { signal: new AbortController().signal, progress() {}, hurry() {} };
    const asked = { server: servers.get('openai')!, model: 'm', body: {} };
    const parts: Part[] = [];
    for await (const part of readParts(broken(), { request: { prompt: 'x' }, asked, warnings: ['w'], contextLength: 9 }, watch)) parts.push(part);
    expect(parts.at(-1)).toEqual({ type: 'end', finishReason: 'stop', usage: { inputTokens: 3, outputTokens: 1, cachedTokens: 0, calls: 1 }, warnings: ['w'] });
  });

  it('notices a prompt that Ollama has cut', async () => {
    const bytes = encode(writeAnswer.ollama({ tokens: ['ok'], finish: 'stop', inputTokens: 512 }));
    await expect(read('ollama', [bytes], { prompt: 'word '.repeat(2000) })).rejects.toMatchObject({ code: 'context_overflow', details: { inputTokens: 512, contextLength: 512 } });
  });

  it('takes silence for an overflow where the prompt is too long', async () => {
    await expect(read('llama-server', [], { prompt: 'word '.repeat(600) })).rejects.toMatchObject({ code: 'context_overflow', details: { contextLength: 512 } });
    await expect(read('llama-server', [])).rejects.toMatchObject({ code: 'upstream_failed', retryable: true });
  });

  it('stops a server that does not keep the token limit', async () => {
    const endless = say(...Array.from({ length: 400 }, () => ({ delta: { content: 'la ' } })));
    await expect(read('openai', endless, { maxTokens: 5 })).rejects.toThrow(/keeps sending.*max_completion_tokens/);
  });
});
