import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
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
