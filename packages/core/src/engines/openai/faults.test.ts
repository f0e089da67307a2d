import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createNetServer, type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { isTaskError, type TaskError } from '@glm-tasks/weights';
import { afterEach, describe, expect, it } from 'vitest';
import type { Engine, GenerateRequest, Part } from '../../engine.ts';
import { networkFailure } from './network-failure.ts';
import { createOpenAiEngine } from './openai-engine.ts';
import type { ProviderName } from './providers.ts';
import { openServer } from './server.ts';
import { providers } from './providers.ts';
import { inTurn, says, startScriptServer, type Script } from './testing/script-server.ts';
import { writeAnswer } from './testing/wire-samples.ts';

const apiKey = 'key+"zz/9-secret';
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function connect(baseUrl: string, provider: ProviderName = 'openai'): Promise<Engine> {
  const engine = await createOpenAiEngine({ provider, model: 'm', apiKey, baseUrl, retryDelay: 1, firstTokenTimeout: 250, idleTimeout: 120 });
  cleanUps.push(() => engine.dispose());
  return engine;
}

async function run(engine: Engine, request: Partial<GenerateRequest> = {}): Promise<string | TaskError> {
  const parts: Part[] = [];
  try {
    for await (const part of engine.stream({ prompt: 'Hello.', ...request })) parts.push(part);
  } catch (error) {
    if (!isTaskError(error)) throw error;
    for (const secret of [apiKey, encodeURIComponent(apiKey), JSON.stringify(apiKey).slice(1, -1), 'sk-other']) {
      expect(`${error.message} ${JSON.stringify(error)} ${inspect(error, { depth: 9 })}`).not.toContain(secret);
    }
    expect(error.message.length).toBeLessThan(700);
    return error;
  }
  expect(parts.at(-1)?.type).toBe('end');
  return parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
}

const hello = says(200, writeAnswer.openai({ tokens: ['Hello', ' you'], finish: 'stop', inputTokens: 3 }));
const event = (text: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] })}\n\n`;
const failing = (status: number, headers: Record<string, string> = {}, body: unknown = { error: { message: `no ${status}` } }) => says(status, body, headers);
const breakOff: Script = (response) => void response.socket?.destroy();
const begin = (response: Parameters<Script>[0]) => response.writeHead(200, { 'content-type': 'text/event-stream' });
const half: Script = (response) => {
  begin(response).write(event('half '), () => setImmediate(() => response.socket?.destroy()));
};
const page = '<!DOCTYPE html><html><body>Sign in</body></html>';
const every = (milliseconds: number, write: (response: Parameters<Script>[0]) => void): Script => (response) => {
  begin(response);
  const timer = setInterval(() => write(response), milliseconds);
  response.once('close', () => clearInterval(timer));
};
const echo: Script = (response, { headers }) => says(401, { error: { message: `Incorrect key ${apiKey} (${encodeURIComponent(apiKey)}), header ${headers.authorization}, not sk-other-key-123`, code: 'invalid_api_key' } })(response, {} as never);

interface Fault {
  script: Script;
  /** What comes out: a text, or the error. */
  out: string | { code: string; message?: unknown; retryable?: boolean; partial?: string; details?: unknown };
  tries: number;
  provider?: ProviderName;
  request?: Partial<GenerateRequest>;
}

const json = { rung: 'json-schema', schema: { type: 'object' } } as const;
const says429 = (message: string) => failing(429, {}, { error: { message } });

const faults: Record<string, Fault> = {
  '429 without Retry-After, three times': { script: failing(429), out: { code: 'overloaded', retryable: true, message: /too busy \(429\): no 429/ }, tries: 3 },
  '429 with retry-after-ms, then an answer': { script: inTurn(failing(429, { 'retry-after-ms': '2' }), hello), out: 'Hello you', tries: 2 },
  '429 with Retry-After in seconds, then an answer': { script: inTurn(failing(429, { 'retry-after': '0.01' }), hello), out: 'Hello you', tries: 2 },
  '429 with Retry-After as a date, then an answer': { script: inTurn(failing(429, { 'retry-after': 'Tue, 24 Nov 2020 08:00:00 GMT' }), hello), out: 'Hello you', tries: 2 },
  '429 with an unreadable Retry-After, then an answer': { script: inTurn(failing(429, { 'retry-after': 'soon' }), hello), out: 'Hello you', tries: 2 },
  '429 with Retry-After of an hour': { script: failing(429, { 'retry-after': '3600' }), out: { code: 'overloaded', details: { status: 429, retryAfter: 3_600_000 } }, tries: 1 },
  '429 for want of money': { script: failing(429, {}, { error: { message: 'You exceeded your current quota, please check your plan', code: 'insufficient_quota' } }), out: { code: 'upstream_failed', retryable: false, message: /balance/ }, tries: 1 },
  'GLM without a balance': { script: failing(429, {}, { error: { code: '1113', message: '您的账户已欠费' } }), provider: 'zhipu', out: { code: 'upstream_failed', message: /wants to be paid/ }, tries: 1 },
  'a token rate limit is no overflow': { script: says429('Rate limit reached: context window tokens per min'), out: { code: 'overloaded' }, tries: 3 },
  '500 twice, then an answer': { script: inTurn(failing(500), failing(500), hello), out: 'Hello you', tries: 3 },
  '500 for good': { script: failing(500), out: { code: 'upstream_failed', retryable: true, message: /answered 500: no 500/ }, tries: 3 },
  '500 that says not to try again': { script: failing(500, { 'x-should-retry': 'false' }), out: { code: 'upstream_failed', retryable: false }, tries: 1 },
  '502 with a page': { script: says(502, page, { 'content-type': 'text/html' }), out: { code: 'upstream_failed', retryable: true, message: /answered 502: a web page/ }, tries: 3 },
  '503 while loading, then an answer': { script: inTurn(failing(503, {}, { error: { message: 'Loading model', type: 'unavailable_error', code: 503 } }), hello), out: 'Hello you', tries: 2 },
  '503 with an empty body': { script: says(503, ''), out: { code: 'overloaded' }, tries: 3 },
  '504 for good': { script: failing(504), out: { code: 'upstream_failed' }, tries: 3 },
  '200 with a page': { script: says(200, page, { 'content-type': 'text/html' }), out: { code: 'upstream_failed', retryable: false, message: /a web page came.*Check the base URL/ }, tries: 1 },
  '403 with a page': { script: says(403, page, { 'content-type': 'text/html' }), out: { code: 'upstream_failed', message: /base URL/ }, tries: 1 },
  '200 and nothing': { script: says(200, ''), out: { code: 'upstream_failed', retryable: true, message: /answered with nothing/ }, tries: 3 },
  '200 with another schema': { script: says(200, { answer: 42 }), out: { code: 'upstream_failed', retryable: false, message: /something else than a chat completion/ }, tries: 1 },
  '200 with an error': { script: says(200, { code: 500, msg: '404 NOT_FOUND', success: false }), provider: 'zhipu', out: { code: 'upstream_failed', message: /NOT_FOUND/ }, tries: 3 },
  'garbage bytes': { script: (response) => void begin(response).end(Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256))), out: { code: 'upstream_failed' }, tries: 3 },
  'garbage in an event': { script: says(200, 'data: {"choi\n\n'), out: { code: 'upstream_failed', message: /not JSON/ }, tries: 3 },
  'compressed though not asked for': { script: says(200, 'xx', { 'content-encoding': 'gzip' }), out: { code: 'upstream_failed', message: /compressed with gzip/ }, tries: 1 },
  'a connection dropped before the answer, then an answer': { script: inTurn(breakOff, hello), out: 'Hello you', tries: 2 },
  'a connection dropped for good': { script: breakOff, out: { code: 'upstream_failed', retryable: true, message: /connection .* broke/ }, tries: 3 },
  'half a body': { script: half, out: { code: 'upstream_failed', retryable: true, partial: 'half ' }, tries: 1 },
  'an answer without an end': { script: says(200, event('half ')), out: { code: 'upstream_failed', partial: 'half ', message: /broke off/ }, tries: 1 },
  'an error before the first token, then an answer': { script: inTurn(says(200, 'data: {"error":{"message":"internal","code":500}}\n\n'), hello), out: 'Hello you', tries: 2 },
  'an error after the first token': { script: says(200, `${event('some ')}data: {"error":{"message":"internal","code":500}}\n\n`), out: { code: 'upstream_failed', partial: 'some ', message: /internal/ }, tries: 1 },
  'an error body of 10 MB': { script: says(400, `{"error":{"message":"${'x'.repeat(10_000_000)}"}}`), out: { code: 'upstream_failed' }, tries: 1 },
  'an error body without end': {
    script: (response) => {
      response.writeHead(400);
      const timer = setInterval(() => response.write('x'.repeat(20_000)), 1);
      response.once('close', () => clearInterval(timer));
    },
    out: { code: 'upstream_failed', message: /answered 400/ },
    tries: 1,
  },
  'silence': { script: () => undefined, out: { code: 'timeout', retryable: true, message: /no token within 0.25 seconds.*firstTokenTimeout/ }, tries: 1 },
  'pings and no token': { script: every(5, (response) => response.write(': ping\n\n')), out: { code: 'timeout', message: /no token/ }, tries: 1 },
  'chunks without a token': { script: every(5, (response) => response.write('data: {"choices":[]}\n\n')), out: { code: 'timeout', message: /no token/ }, tries: 1 },
  'silence after a token': { script: (response) => void begin(response).write(event('one ')), out: { code: 'timeout', partial: 'one ', message: /no further token within 0.12 seconds.*idleTimeout/ }, tries: 1 },
  'pings after a token': { script: inTurn((response) => {
    begin(response).write(event('one '));
    const timer = setInterval(() => response.write(': ping\n\n'), 5);
    response.once('close', () => clearInterval(timer));
  }), out: { code: 'timeout', partial: 'one ' }, tries: 1 },
  'tokens without end': { script: every(1, (response) => response.write(event('la ').repeat(200))), request: { maxTokens: 5 }, out: { code: 'upstream_failed', message: /keeps sending/ }, tries: 1 },
  'a stream left open after its last token': {
    script: (response) => void begin(response).write(`${event('all')}data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n`),
    out: 'all',
    tries: 1,
  },
  'a wrong key, sent back': { script: echo, out: { code: 'upstream_failed', message: /refuses the key \(401: Incorrect key \[key\].*check OPENAI_API_KEY/ }, tries: 1 },
  'a forbidden model': { script: failing(403), provider: 'zhipu', out: { code: 'upstream_failed', message: /check ZHIPUAI_API_KEY or apiKey/ }, tries: 1 },
  'an unknown path': { script: failing(404, {}, { detail: 'Not Found' }), out: { code: 'upstream_failed', message: /check the base URL/ }, tries: 1 },
  'a method not allowed': { script: says(405, ''), out: { code: 'upstream_failed', message: /check the base URL/ }, tries: 1 },
  'a redirect': { script: says(307, '', { location: 'https://elsewhere.example/v1' }), out: { code: 'upstream_failed', message: /points to https:\/\/elsewhere/ }, tries: 1 },
  'a refused schema': { script: failing(400, {}, { error: { message: "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.", param: null } }), request: { json }, out: { code: 'upstream_failed', details: { status: 400, unsupported: 'json-schema' } }, tries: 1 },
  'refused JSON mode': { script: failing(422, {}, { detail: [{ loc: ['body', 'response_format', 'type'], msg: "Input should be 'text'" }] }), request: { json: { ...json, rung: 'json-mode' } }, out: { code: 'upstream_failed', details: { status: 422, unsupported: 'json-mode' } }, tries: 1 },
  'a wrong key with a schema': { script: failing(401, {}, { error: { message: 'Invalid API key format' } }), request: { json }, out: { code: 'upstream_failed', message: /refuses the key/ }, tries: 1 },
  'a refused text': { script: failing(400, {}, { error: { code: '1301', message: '系统检测到输入或生成内容可能包含不安全或敏感内容' } }), provider: 'zhipu', out: { code: 'upstream_failed', retryable: false, message: /refuses this content/ }, tries: 1 },
  'a bad request': { script: failing(400), out: { code: 'upstream_failed', retryable: false }, tries: 1 },
};

it('leaves a server alone that failed five requests in a row, and says so at once', async () => {
  const server = await startScriptServer(failing(502));
  cleanUps.push(() => server.close());
  const engine = await connect(server.url);
  for (let count = 0; count < 5; count++) expect(await run(engine)).toMatchObject({ code: 'upstream_failed' });
  const asked = server.askings.length;
  expect(await run(engine)).toMatchObject({ code: 'upstream_failed', retryable: true, details: { failures: 5 } });
  expect(server.askings).toHaveLength(asked);
});

describe('faults of a server', () => {
  it.each(Object.entries(faults))('%s', async (_name, { script, out, tries, provider, request }) => {
    const server = await startScriptServer(script);
    cleanUps.push(server.close);
    const result = await run(await connect(server.url, provider), request);
    if (typeof out === 'string') expect(result).toBe(out);
    else {
      const message = out.message instanceof RegExp ? { message: expect.stringMatching(out.message) } : {};
      expect(result).toMatchObject({ ...out, ...message });
    }
    expect(server.askings).toHaveLength(tries);
  });

  it.each([
    [404, { error: { message: 'The model `m` does not exist or you do not have access to it.', code: 'model_not_found' } }],
    [404, { error: { message: 'The model `m` does not exist.', type: 'NotFoundError', code: 404 } }],
    [400, { error: { code: '1211', message: '模型不存在，请检查模型代码。' } }],
    [400, { error: { message: 'Model Not Exist', type: 'invalid_request_error' } }],
  ])('an unknown model (%s %j) brings the list of models', async (status, body) => {
    const models = says(200, { data: [{ id: 'glm-5' }, { id: 'glm-4.7' }] });
    const server = await startScriptServer((response, asking) => (asking.method === 'GET' ? models : says(status, body))(response, asking));
    cleanUps.push(server.close);
    expect(await run(await connect(server.url))).toMatchObject({ code: 'model_not_found', message: expect.stringContaining('has no model "m"; name one of its models: glm-5, glm-4.7') });
  });

  it('an unknown model of Ollama keeps its advice where there is no list', async () => {
    const server = await startScriptServer((response, asking) => says(404, asking.method === 'GET' ? '' : { error: 'model "m" not found, try pulling it first' })(response, asking));
    cleanUps.push(server.close);
    expect(await run(await connect(server.url, 'ollama'))).toMatchObject({ code: 'model_not_found', message: expect.stringContaining('try pulling it first') });
  });

  it('retries are rationed: a server in trouble is not asked three times for ever', async () => {
    const server = await startScriptServer(failing(500));
    cleanUps.push(server.close);
    const engine = await connect(server.url);
    for (let count = 0; count < 20; count++) await run(engine);
    expect(server.askings.length).toBeLessThanOrEqual(20 + 10 + 4);
  });
});

describe('faults of the way there', () => {
  it('nothing listens', async () => {
    const server = await startScriptServer(hello);
    await server.close();
    expect(await run(await connect(server.url))).toMatchObject({ code: 'upstream_failed', retryable: true, message: expect.stringMatching(/Nothing listens at http:\/\/127\.0\.0\.1:\d+\/v1 \(ECONNREFUSED\)/) });
    await expect(createOpenAiEngine({ provider: 'vllm', baseUrl: server.url })).rejects.toMatchObject({ code: 'upstream_failed', message: expect.stringContaining('start the server') });
  });

  it('a certificate nobody vouches for', async () => {
    const server = createHttpsServer(certificate());
    const port = await listen(server);
    expect(await run(await connect(`https://127.0.0.1:${port}/v1`))).toMatchObject({ code: 'upstream_failed', retryable: false, message: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
    expect(await run(await connect(`http://127.0.0.1:${port}/v1`))).toMatchObject({ code: 'upstream_failed' });
  });

  it('https to a server that speaks http', async () => {
    const server = await startScriptServer(hello);
    cleanUps.push(server.close);
    expect(await run(await connect(server.url.replace('http:', 'https:')))).toMatchObject({ code: 'upstream_failed', retryable: false, message: expect.stringContaining('does not speak https') });
  });

  it('a server that speaks something else', async () => {
    const server = createNetServer((socket) => void socket.on('error', () => undefined).once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n')));
    const port = await listen(server);
    expect(await run(await connect(`http://127.0.0.1:${port}/v1`))).toMatchObject({ code: 'upstream_failed', retryable: false, message: expect.stringContaining('does not speak HTTP') });
  });

  it.each([
    ['ENOTFOUND', 'upstream_failed', false, /not known/],
    ['EAI_AGAIN', 'upstream_failed', true, /looked up/],
    ['ENETUNREACH', 'upstream_failed', true, /cannot be reached/],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', true, /in time/],
    ['CERT_HAS_EXPIRED', 'upstream_failed', false, /certificate/],
    ['UND_ERR_SOCKET', 'upstream_failed', true, /broke/],
  ])('%s says what to check', async (code, errorCode, retryable, message) => {
    const server = openServer({ provider: providers.openai, baseUrl: 'http://host.example/v1', apiKey, slots: 1 });
    cleanUps.push(server.close);
    const inner = Object.assign(new Error(`x ${apiKey}`), { code });
    for (const error of [inner, new AggregateError([inner]), new Error('fetch failed', { cause: inner })]) {
      const failure = networkFailure(error, server, new AbortController().signal);
      expect(failure).toMatchObject({ code: errorCode, retryable, message: expect.stringMatching(message) });
      expect(inspect(failure, { depth: 9 })).not.toContain(apiKey);
    }
  });
});

async function listen(server: { listen(port: number, host: string, done: () => void): unknown; address(): unknown; close(done: () => void): unknown }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** Made for this test and known to all: it protects nothing. */
function certificate(): { key: string; cert: string } {
  const cert = new X509Certificate(Buffer.from(CERT, 'base64'));
  const key = createPrivateKey({ key: Buffer.from(KEY, 'base64'), format: 'der', type: 'pkcs8' });
  return { key: key.export({ format: 'pem', type: 'pkcs8' }).toString(), cert: cert.toString() };
}
const CERT =
  'MIIBfzCCASWgAwIBAgIUN/v2BEwKpGcdQuxGu9f6DZUloD8wCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDA4NDk1M1oYDzIxMjYxMDMxMDg0OTUzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARm0jIHbf5u93aoUEKKMekQ4/K2TfpfxBWzF78AXTTw5Q50KRoqzUJRB5PTNVjQMqAdofGhwdDxycQZ4BS7Y7Iyo1MwUTAdBgNVHQ4EFgQU2FNTihL39ZDE3TR0TlT0vQMnZoswHwYDVR0jBBgwFoAU2FNTihL39ZDE3TR0TlT0vQMnZoswDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBepZfDiGiJBqJq8ISsUjl+Ud1MYQlR0W0svlckkORo2gIhAMIA7quN4LufzTqfXqNnaa+qpfw8QwvEhbd3YGQwvlYX';
const KEY =
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghDCwDBFQLOdugYcKHL1zJcEoxqy68Scsae1fsVlICQOhRANCAARm0jIHbf5u93aoUEKKMekQ4/K2TfpfxBWzF78AXTTw5Q50KRoqzUJRB5PTNVjQMqAdofGhwdDxycQZ4BS7Y7Iy';
