import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Engine, GenerateRequest, Part } from '../../engine.ts';
import { createModel } from '../../model.ts';
import { testEngine } from '../../testing/test-engine.ts';
import { createOpenAiEngine, type OpenAiEngineOptions } from './openai-engine.ts';
import { providers, type ProviderName } from './providers.ts';
import { replayModel } from './testing/replay-model.ts';
import { inTurn, says, startScriptServer, type Script, type ScriptServer } from './testing/script-server.ts';
import { writeAnswer } from './testing/wire-samples.ts';

const names = Object.keys(providers) as ProviderName[];
const contextLength = 512;

const writeWhole = (response: Parameters<Script>[0], text: string) => void response.end(text);
async function writeBytes(response: Parameters<Script>[0], text: string): Promise<void> {
  response.socket?.setNoDelay(true);
  for (const byte of Buffer.from(text)) {
    if (response.destroyed) return;
    if (!response.write(Uint8Array.of(byte))) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    await turn();
  }
  response.end();
}

const servers: ScriptServer[] = [];
const engines: Engine[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(engines.splice(0).map((engine) => engine.dispose()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(script: Script, options: Partial<OpenAiEngineOptions> = {}): Promise<{ engine: Engine; server: ScriptServer }> {
  const server = await startScriptServer(script);
  servers.push(server);
  const engine = await createOpenAiEngine({ provider: 'openai', model: 'm', apiKey: 'key-1234', baseUrl: server.url, retryDelay: 1, ...options });
  engines.push(engine);
  return { engine, server };
}

async function collect(engine: Engine, request: Partial<GenerateRequest> = {}): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of engine.stream({ prompt: 'Hello.', ...request })) parts.push(part);
  return parts;
}

const textOf = (parts: Part[]): string => parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
const hello = says(200, writeAnswer.openai({ tokens: ['Hello', ' you'], finish: 'stop', inputTokens: 3 }));

describe.each(names)('the engine for %s keeps the contract', (provider) => {
  let server: ScriptServer;
  beforeAll(async () => {
    server = await startScriptServer(replayModel(provider, contextLength, writeWhole));
  });
  afterAll(() => server.close());
  const create = () => createOpenAiEngine({ provider, model: 'm', apiKey: 'key-1234', baseUrl: server.url, contextLength, slots: 2 });
  for (const { name, run } of testEngine(create)) it(name, run);
});

it.each(names)('reads what %s writes byte by byte', async (provider) => {
  const whole = await start(replayModel(provider, contextLength, writeWhole), { provider, contextLength });
  const bytes = await start(replayModel(provider, contextLength, (response, text) => void writeBytes(response, text)), { provider, contextLength });
  const request = { maxTokens: 20, temperature: 0 };
  expect(await collect(bytes.engine, request)).toEqual(await collect(whole.engine, request));
});

describe('createOpenAiEngine', () => {
  it('says what it is and can', async () => {
    const { engine } = await start(inTurn(says(404, ''), hello), { provider: 'vllm', contextLength: 99 });
    expect(engine).toMatchObject({ name: 'vllm:m', contextLength: 99, can: { json: ['json-schema', 'json-mode'], choices: true, logprobs: true, embed: false, tokens: false } });
    expect(await engine.countTokens(['', '你好'])).toEqual({ counts: [0, 3], exact: false });
  });

  it('takes the key from the environment, and asks for it by name where it is missing', async () => {
    vi.stubEnv('ZHIPUAI_API_KEY', '');
    vi.stubEnv('ZHIPU_API_KEY', '');
    vi.stubEnv('ZAI_API_KEY', ' from-env ');
    const server = await startScriptServer(hello);
    servers.push(server);
    const engine = await createOpenAiEngine({ provider: 'zhipu', model: 'm', baseUrl: server.url });
    engines.push(engine);
    await collect(engine);
    expect(server.askings[0]!.headers.authorization).toBe('Bearer from-env');
    vi.stubEnv('ZAI_API_KEY', '');
    await expect(createOpenAiEngine({ provider: 'zhipu', model: 'm' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('set ZHIPUAI_API_KEY') });
    await expect(createOpenAiEngine({ provider: 'openai', model: 'm', apiKey: 'a\nb' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.not.stringContaining('a\nb') });
  });

  it('sends no key to a server that has none', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'secret');
    vi.stubEnv('GLM_TASKS_API_KEY', '');
    const server = await startScriptServer(hello);
    servers.push(server);
    engines.push(await createOpenAiEngine({ provider: 'compatible', baseUrl: server.url }).catch(() => createOpenAiEngine({ provider: 'ollama', model: 'm', baseUrl: server.url })));
    expect(server.askings[0]!.headers.authorization).toBeUndefined();
  });

  it('takes the only model of a server, with its context, and lists several', async () => {
    const list = (...data: object[]) => says(200, { object: 'list', data });
    const { engine, server } = await start(inTurn(list({ id: 'the-one', max_model_len: 2048 }), hello), { provider: 'vllm', model: undefined });
    expect(engine).toMatchObject({ name: 'vllm:the-one', contextLength: 2048 });
    await collect(engine);
    expect(server.askings.map(({ method, path, body }) => [method, path, body['model']])).toEqual([['GET', '/v1/models', undefined], ['POST', '/v1/chat/completions', 'the-one']]);
    await expect(start(list({ id: 'a' }, { id: 'b' }), { provider: 'vllm', model: undefined })).rejects.toMatchObject({ code: 'model_not_found', message: expect.stringContaining('name one of its models: a, b') });
    await expect(start(list({ id: 'a' }, { id: 'b' }), { provider: 'vllm', model: 'c' })).rejects.toMatchObject({ code: 'model_not_found', details: { wanted: 'c', models: ['a', 'b'] } });
    expect((await start(list({ id: 'a' }, { id: 'b' }), { provider: 'compatible', model: 'b:variant' })).engine.name).toBe('compatible:b:variant');
    const served = await start(inTurn(list({ id: '/models/x.gguf', meta: { n_ctx: 1024 } }), hello), { provider: 'llama-server', model: 'any' });
    expect(served.engine).toMatchObject({ name: 'llama-server:/models/x.gguf', contextLength: 1024 });
  });

  it('does without a list of models where there is none', async () => {
    const { engine } = await start(inTurn(says(404, { detail: 'Not Found' }), hello), { provider: 'compatible' });
    expect(textOf(await collect(engine))).toBe('Hello you');
  });

  it('runs under a model', async () => {
    const { engine } = await start(hello);
    const model = createModel(engine);
    expect(await model.generate('Hi.')).toMatchObject({ text: 'Hello you', usage: { inputTokens: 3, outputTokens: 2 } });
  });

  it('leaves out a field the server refuses, once for all requests', async () => {
    const refuse = says(400, { error: { message: "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.", param: 'temperature', code: 'unsupported_value' } });
    const { engine, server } = await start(inTurn(refuse, hello));
    expect((await collect(engine)).at(-1)).toMatchObject({ warnings: ['The server refused "temperature"; the request ran without it.'] });
    await collect(engine);
    expect(server.askings.map(({ body }) => 'temperature' in body)).toEqual([true, false, false]);
  });

  it('uses the name of the token limit the server wants, and does not go round in circles', async () => {
    const wants = says(400, { error: { message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", param: 'max_tokens', code: 'unsupported_parameter' } });
    const { engine, server } = await start(inTurn(says(404, ''), wants, hello), { provider: 'compatible' });
    await collect(engine, { maxTokens: 7 });
    expect(server.askings.at(-1)!.body).toMatchObject({ max_completion_tokens: 7 });
    const circle: Script = (response, asking) => {
      const param = 'max_tokens' in asking.body ? 'max_tokens' : 'max_completion_tokens';
      return says(400, { error: { message: `Unsupported parameter: '${param}'`, param } })(response, asking);
    };
    const round = await start(circle);
    await expect(collect(round.engine, { maxTokens: 7 })).rejects.toMatchObject({ code: 'upstream_failed' });
    expect(round.server.askings).toHaveLength(2);
  });

  it('drops fields FastAPI calls extra', async () => {
    const extra = says(422, { detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }] });
    const { engine } = await start(inTurn(extra, hello));
    expect((await collect(engine)).at(-1)).not.toHaveProperty('warnings');
  });

  it('closes the connection when aborted, and when the reader leaves', async () => {
    let closed: Promise<void> | undefined;
    const endless: Script = (response, asking) => {
      ({ closed } = asking);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"one "}}]}\n\n');
    };
    const { engine } = await start(endless);
    const controller = new AbortController();
    const run = (async () => {
      for await (const part of engine.stream({ prompt: 'x', signal: controller.signal })) if (part.type === 'text-delta') controller.abort();
    })();
    await expect(run).rejects.toMatchObject({ code: 'aborted', partial: 'one ' });
    await closed;
    for await (const part of engine.stream({ prompt: 'x' })) if (part.type === 'text-delta') break;
    await closed;
    for await (const part of engine.stream({ prompt: 'x', stop: ['ne'] })) if (part.type === 'end') expect(part.finishReason).toBe('stop');
    const ended = performance.now();
    await closed;
    expect(performance.now() - ended).toBeLessThan(500); // a rest worth reading is waited for a second
  });

  it('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    const { engine } = await start((response, asking) => {
      ports.add(response.socket?.remotePort);
      return hello(response, asking);
    });
    for (let count = 0; count < 4; count++) await collect(engine);
    // A request that follows at once may find the connection not yet free.
    expect(ports.size).toBeLessThanOrEqual(2);
  });
});

describe('engines on one server', () => {
  it('share a limiter that pauses all of them, but not those with another key', async () => {
    const wait = 60;
    const { engine, server } = await start(inTurn(says(429, { error: { message: 'slow down' } }, { 'retry-after-ms': String(wait) }), hello));
    const other = await createOpenAiEngine({ provider: 'openai', model: 'n', apiKey: 'key-1234', baseUrl: server.url });
    const stranger = await createOpenAiEngine({ provider: 'openai', model: 's', apiKey: 'key-5678', baseUrl: server.url });
    engines.push(other, stranger);
    const begun = performance.now();
    const first = collect(engine).then(() => performance.now() - begun);
    await vi.waitFor(() => expect(server.askings).toHaveLength(1), { interval: 1 });
    await turn();
    const times = await Promise.all([first, vi.waitFor(() => collect(stranger), { interval: 1 }).then(() => performance.now() - begun), collect(other).then(() => performance.now() - begun)]);
    expect(times[0]).toBeGreaterThanOrEqual(wait - 2);
    expect(times[1]).toBeLessThan(times[0]!);
    expect(server.askings.filter(({ body }) => body['model'] !== 's')).toHaveLength(3);
  });

  it('send nothing while a long pause lasts', async () => {
    const { engine, server } = await start(says(429, { error: { message: 'come back later' } }, { 'retry-after': '3600' }));
    const other = await createOpenAiEngine({ provider: 'openai', model: 'n', apiKey: 'key-1234', baseUrl: server.url });
    engines.push(other);
    await expect(collect(engine)).rejects.toMatchObject({ code: 'overloaded', retryable: true, details: { retryAfter: 3_600_000 } });
    await expect(collect(other)).rejects.toMatchObject({ code: 'overloaded', message: expect.stringContaining('3600 seconds') });
    expect(server.askings).toHaveLength(1);
  });
});
