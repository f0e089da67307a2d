import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { writeTinyLookup } from './engines/transformers-js/testing/tiny-reader.ts';
import { fromPretrained } from './from-pretrained.ts';

test.each(['openai:some-model', 'llama-cpp:./model.gguf', 'transformers-js:someone/something', './words.vec', 'http://127.0.0.1:1#model'])(
  'an adapter for %s, which is not converted here, is refused before anything is loaded',
  async (name) => {
    await expect(fromPretrained(name, { adapter: './adapter', apiKey: 'none' })).rejects.toMatchObject({ code: 'invalid_input', details: { field: 'adapter' } });
  },
);

describe('a bare name of the Hub', () => {
  let root = '';
  let server: Server;
  let files: Map<string, Buffer>;
  const asked: string[] = [];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'open-engine-'));
    const folder = join(root, 'repository');
    await writeTinyLookup(folder, () => [0.6, 0.8]);
    const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json', join('onnx', 'model.onnx')];
    files = new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
    files.set('model.safetensors', Buffer.from('not read where there is ONNX'));
    server = createServer((request, response) => {
      const url = request.url ?? '';
      asked.push(url);
      const [, repository, name] = /^\/some\/(\w+)\/resolve\/\w+\/(.+)$/.exec(url) ?? [];
      const [, described] = /^\/api\/models\/some\/(\w+)\/revision\/main/.exec(url) ?? [];
      const has = (file: string): boolean => file !== join('onnx', 'model.onnx') || (repository ?? described) === 'exported';
      const siblings = [...files.keys()].filter(has).map((rfilename) => ({ rfilename }));
      const bytes = described === undefined ? (name !== undefined && has(name) ? files.get(name) : undefined) : Buffer.from(JSON.stringify({ sha: 'a'.repeat(40), siblings }));
      if (bytes === undefined) return void response.writeHead(404).end();
      response.writeHead(200, { 'content-length': bytes.length, 'accept-ranges': 'bytes' }).end(request.method === 'HEAD' ? undefined : bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.close();
    await rm(root, { recursive: true });
  });
  afterEach(() => vi.unstubAllEnvs());

  function visitHub(home: string): void {
    vi.stubEnv('GLM_TASKS_HOME', join(root, home));
    vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    vi.stubEnv('HF_HUB_OFFLINE', '');
    asked.length = 0;
  }

  test('that ships ONNX goes to transformers.js; offline it comes from there again', async () => {
    visitHub('first');
    const online = await fromPretrained('some/exported', { dtype: 'fp32' });
    expect(online.name).toBe('transformers-js:some/exported');
    expect([...(await online.embed(['a']))[0]!].map((value) => value.toFixed(1))).toEqual(['0.6', '0.8']);
    await online.dispose();
    expect(asked.some((url) => url.endsWith('.safetensors'))).toBe(false);
    asked.length = 0;
    const offline = await fromPretrained('some/exported', { dtype: 'fp32', offline: true });
    expect(asked).toEqual([]);
    await offline.dispose();
  });

  test('without ONNX is converted here, and trusted first', async () => {
    visitHub('second');
    await expect(fromPretrained('some/checkpoint')).rejects.toMatchObject({ code: 'integrity_failed', message: expect.stringContaining('trustFirst') });
    // Its config says too little, which only the converter finds.
    await expect(fromPretrained('some/checkpoint', { trustFirst: true })).rejects.toMatchObject({ code: 'invalid_model_file', message: expect.stringContaining('config.json') });
    expect(await readdir(join(root, 'second', 'models'))).toEqual([]);
    expect(asked.some((url) => url.includes('/resolve/') && url.endsWith('model.safetensors'))).toBe(true);
  });

  test('that is not there is told so, with the nearest we know', async () => {
    visitHub('third');
    await expect(fromPretrained('zai-org/chatglm3-6')).rejects.toMatchObject({ code: 'model_not_found', details: { nearest: 'zai-org/chatglm3-6b' } });
    await expect(fromPretrained('some/checkpoint', { offline: true })).rejects.toMatchObject({ code: 'download_failed' });
  });
});
