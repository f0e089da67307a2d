import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { LoadProgress } from '@glm-tasks/weights';
import { writeTinyLookup } from './testing/tiny-reader.ts';
import { writeTinyTranslator } from './testing/tiny-translator.ts';
import { createTransformersJsEngine } from './transformers-js-engine.ts';

// A Hub with configs and no weights; every test starts a process and loads the library in it.
const configs: Record<string, unknown> = { 'some/strange': { model_type: 'glm9' }, 'some/empty': { model_type: 'llama', num_hidden_layers: 1, num_attention_heads: 1, hidden_size: 8 } };
let server: Server;
let root = '';
const asked: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'glm-tasks-'));
  server = createServer((request, response) => {
    const url = request.url ?? '';
    asked.push(url);
    const file = /^\/some\/encoder\/resolve\/main\/([\w./]+)$/.exec(url)?.[1];
    if (file !== undefined) return void serveFile(file, request.method === 'HEAD', response);
    const config = Object.entries(configs).find(([name]) => url === `/${name}/resolve/main/config.json`)?.[1];
    if (url.includes('some/failing')) response.writeHead(500).end();
    else if (config === undefined) response.writeHead(404).end();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(config));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await rm(root, { recursive: true });
});
afterEach(() => void vi.unstubAllEnvs());

async function serveFile(name: string, headOnly: boolean, response: ServerResponse): Promise<void> {
  const bytes = await readFile(join(root, 'repository', name)).catch(() => undefined);
  if (bytes === undefined) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-length': bytes.length, 'accept-ranges': 'bytes' }).end(headOnly ? undefined : bytes);
}

function visitHub(offline = ''): void {
  vi.stubEnv('GLM_TASKS_HOME', root);
  vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('HF_HUB_OFFLINE', offline);
}

it.each([
  ['some/missing', 'model_not_found'],
  ['some/failing', 'download_failed'],
  ['some/strange', 'unsupported_model'],
  ['some/empty', 'unsupported_model'],
])('%s on the Hub fails with %s', async (repository, code) => {
  visitHub();
  await expect(createTransformersJsEngine(repository)).rejects.toMatchObject({ name: 'TaskError', code, details: { source: repository } });
  expect(asked.some((url) => url.includes(repository))).toBe(true);
});

it('a server that cannot be reached is download_failed', async () => {
  visitHub();
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
  await expect(createTransformersJsEngine('some/other')).rejects.toMatchObject({ code: 'download_failed', retryable: true });
});

it('offline, nothing is asked of the network', async () => {
  visitHub('1');
  asked.length = 0;
  await expect(createTransformersJsEngine('some/never')).rejects.toMatchObject({ code: 'model_not_found' });
  expect(asked).toEqual([]);
});

it.each(['./no/such/folder', '/no/such/folder', 'onlyaname', 'a/b/c'])('"%s" is neither a folder nor a repository', async (source) => {
  await expect(createTransformersJsEngine(source)).rejects.toMatchObject({ code: 'model_not_found' });
});

it('an encoder of the Hub embeds as its repository says, from a mirror, with progress; offline it comes from the cache', async () => {
  const repository = join(root, 'repository');
  const angles: Record<string, number> = { '[CLS]': 0, a: 1, b: 2 };
  await writeTinyLookup(repository, (token) => [Math.cos(angles[token] ?? 3), Math.sin(angles[token] ?? 3)]);
  await mkdir(join(repository, '1_Pooling'));
  await writeFile(join(repository, '1_Pooling', 'config.json'), '{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}');
  visitHub();
  const progress: LoadProgress[] = [];
  const online = await createTransformersJsEngine('some/encoder', { dtype: 'fp32', onProgress: (step) => progress.push(step) });
  expect(online.can).toMatchObject({ embed: true, tokens: false });
  // The first token is [CLS] whatever the text.
  expect((await online.embed!(['a b', 'b'])).map((vector) => [...vector])).toEqual([[1, 0], [1, 0]]);
  await expect(online.stream({ prompt: 'a' })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'invalid_input' });
  await online.dispose();
  expect(progress.some(({ stage, file, bytes, total }) => stage === 'fetch' && file === 'onnx/model.onnx' && bytes === total)).toBe(true);

  visitHub('1');
  asked.length = 0;
  const offline = await createTransformersJsEngine('some/encoder');
  expect((await offline.embed!(['a b'])).map((vector) => [...vector])).toEqual([[1, 0]]);
  await offline.dispose();
  expect(asked).toEqual([]);
});

it('a folder without a word on pooling gives the mean of all tokens, however long the text', async () => {
  const folder = join(root, 'folder');
  await writeTinyLookup(folder, (token) => (token === 'a' ? [1, 0] : token === 'b' ? [0, 1] : [0, 0]), 12);
  const engine = await createTransformersJsEngine(folder);
  const [both, tail] = await engine.embed!(['a b', `${'b '.repeat(100)}${'a '.repeat(100)}`]);
  for (const vector of [both!, tail!]) expect(vector[0]! / vector[1]!).toBeCloseTo(1, 1);
  expect(engine.contextLength).toBe(12);
  await engine.dispose();
});

it('an encoder-decoder model writes what follows from its source, to its end, and never its padding', async () => {
  const folder = join(root, 'translator');
  // Behind the one token that the decoder begins with, three more.
  await writeTinyTranslator(folder, { a: 'x', b: 'y' }, 4);
  const engine = await createTransformersJsEngine(folder);
  const translate = async (prompt: string, maxTokens = 20) => {
    let text = '';
    for await (const part of engine.stream({ prompt, maxTokens, outputIds: true })) {
      if (part.type === 'text-delta') text += part.text;
      else return { text, finishReason: part.finishReason, tokens: part.outputIds!.length };
    }
    throw new Error('no end');
  };
  expect(await translate('a')).toEqual({ text: 'x x x', finishReason: 'stop', tokens: 4 });
  expect(await translate('b')).toEqual({ text: 'y y y', finishReason: 'stop', tokens: 4 });
  expect(await translate('a', 2)).toEqual({ text: 'x x', finishReason: 'length', tokens: 2 });
  const [likely, unlikely] = await engine.score!('a', ['x x', 'y y']);
  expect(likely!.logprob).toBeGreaterThan(unlikely!.logprob + 1);
  await expect(translate('a '.repeat(40))).rejects.toMatchObject({ code: 'context_overflow' });
  const messages = engine.stream({ prompt: [{ role: 'user', content: 'a' }] })[Symbol.asyncIterator]();
  await expect(messages.next()).rejects.toMatchObject({ code: 'invalid_input' });
  await engine.dispose();
});

it('a model for many languages is told which two', async () => {
  const folder = join(root, 'translator-of-many');
  // The text has no say in this one: the language before it has.
  await writeTinyTranslator(folder, { eng_Latn: 'x', zho_Hans: 'y' }, 4, true);
  await expect(createTransformersJsEngine(folder)).rejects.toMatchObject({ code: 'invalid_input', details: { field: 'languages' } });
  await expect(createTransformersJsEngine(folder, { languages: { from: 'eng_Latn', to: 'xyz_Latn' } })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('zho_Hans') });
  for (const [from, to, expected] of [['eng_Latn', 'zho_Hans', 'x x'], ['zho_Hans', 'eng_Latn', 'y y']] as const) {
    const engine = await createTransformersJsEngine(folder, { languages: { from, to } });
    let text = '';
    for await (const part of engine.stream({ prompt: 'c', maxTokens: 20 })) if (part.type === 'text-delta') text += part.text;
    // Two tokens are there from the start: the one that the decoder begins with, and the language it is to write.
    expect(text).toBe(expected);
    await engine.dispose();
  }
});

it('a tokenizer whose pattern does not end is stopped in its process, and the next text is read', async () => {
  const folder = join(root, 'hostile');
  await writeTinyLookup(folder, () => [1, 0]);
  const tokenizer = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')) as object;
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ ...tokenizer, pre_tokenizer: { type: 'Split', pattern: { Regex: '^(a+)+$' }, behavior: 'Isolated', invert: false } }));
  const engine = await createTransformersJsEngine(folder, { dtype: 'fp32' });
  await expect(engine.embed!([`${'a'.repeat(60)}!`])).rejects.toMatchObject({ code: 'invalid_model_file', details: { file: 'tokenizer.json', field: 'pre_tokenizer.pattern' } });
  expect((await engine.embed!(['a'])).map((vector) => [...vector])).toEqual([[1, 0]]);
  await engine.dispose();
});
