import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { pull } from '@glm-tasks/weights';
import { fromPretrained, summarize, type Model } from 'glm-tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readRepositoryFile } from './repository.ts';
import { testModel, whySkipped } from './test-model.ts';

// A server that nobody here wrote: `pip install "llama-cpp-python[server]"` builds it in some minutes.
const python = process.env['GLM_TASKS_TEST_PYTHON'] ?? 'python3';
const found = testModel === '' ? undefined : spawnSync(python, ['-c', 'import llama_cpp.server'], { encoding: 'utf8' });
const skipped = found?.status !== 0;
const why = skipped ? whySkipped || ` (${python} has no llama_cpp.server: install llama-cpp-python[server], or name another Python in GLM_TASKS_TEST_PYTHON)` : '';

let server: ChildProcess | undefined;
let model: Model;

beforeAll(async () => {
  if (skipped) return;
  const { files } = await pull('small');
  const port = await freePort();
  server = spawn(python, ['-m', 'llama_cpp.server', '--model', files[0]!.path!, '--port', String(port), '--n_ctx', '4096'], { stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const line of createInterface({ input: server.stderr! })) if (line.includes('Uvicorn running')) break;
  server.stderr!.resume();
  model = await fromPretrained(`llama-server:http://127.0.0.1:${port}`, { contextLength: 4096 });
});

afterAll(async () => {
  await model?.dispose();
  server?.kill('SIGKILL');
});

test.skipIf(skipped)(`summarize works through a server${why}`, async () => {
  const { summary, coverage } = await summarize({ text: readRepositoryFile('examples/texts/night-bus.txt'), length: 'short' }, { model });
  expect(coverage).toBe(1);
  expect(summary).toMatch(/\p{Script=Han}{8}/u);
});

test.skipIf(skipped)(`generateObject works through a server${why}`, async () => {
  const schema = z.object({ person: z.string(), age: z.int(), cities: z.array(z.string()) });
  const { object, rung } = await model.generateObject('Anna Meier is 34. She was born in Bern and works in Basel.', { schema, maxTokens: 200 });
  expect(object).toMatchObject({ age: 34, cities: expect.arrayContaining(['Bern']) });
  expect(rung).toBe('json-schema');
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
