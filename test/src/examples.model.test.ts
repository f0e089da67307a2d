import type { ChildProcess } from 'node:child_process';
import { on } from 'node:events';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startScriptServer } from '../../packages/core/dist/engines/openai/testing/script-server.js';
import { writeAnswer } from '../../packages/core/dist/engines/openai/testing/wire-samples.js';
import { readRepositoryFile, repositoryPath } from './repository.ts';
import { runProgram } from './run-program.ts';
import { testModel, whySkipped } from './test-model.ts';

const examples = readdirSync(repositoryPath('examples'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.js') && !file.includes('node_modules'))
  .map((file) => file.replaceAll('\\', '/'));

const servers = ['server/fastify.js'];
// Its model is on the Hub alone, and tests use no network but to pull the test model; `reader.test.ts` of core runs a reader.
const fetchesFromHub = ['core/reader.js'];
// What these show is real only with a real model. The others show what code does, on a model that follows a script: with weights they took two
// minutes, and what they ask of one is asked in `*.model.test.ts` and by the README.
const shownByWeights = /^core\/(?!remote|fine-tune)|^(?:summarize\/(?:file|minutes)|translate\/file|answer\/ferry|write\/(?:news|rewrite)|langchain\/(?:agent|chat))\.js$/;

const asksServer = ['core/remote.js'];

const programs = examples.filter((file) => ![...servers, ...fetchesFromHub, ...asksServer].includes(file));
const onWeights = programs.filter((file) => shownByWeights.test(file));
const onScripts = programs.filter((file) => !shownByWeights.test(file));

test.skipIf(testModel === '').each(onWeights)(`examples/%s runs${whySkipped}`, (file) => mustRun([repositoryPath(`examples/${file}`)]));

test.concurrent.each(onScripts)('examples/%s runs, on a model that follows a script', (file) => mustRun(['--import', repositoryPath('test/dist/use-scripted-models.js'), repositoryPath(`examples/${file}`)]));

test.each(asksServer)('examples/%s asks a server, and says what is missing', async (file) => {
  const answer = { tokens: ['The ferry leaves at 8:30, ', 'and dogs are welcome on deck.'], finish: 'stop' as const, inputTokens: 20, cachedTokens: 0 };
  const server = await startScriptServer((response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(writeAnswer.zhipu(answer)));
  try {
    const argv = [repositoryPath(`examples/${file}`)];
    await mustRun(argv, { ZHIPUAI_BASE_URL: server.url, ZHIPUAI_API_KEY: 'test' });
    expect(server.askings.length).toBeGreaterThan(1);
    const { code, stderr } = await runProgram(process.execPath, argv, { env: { ...process.env, ZHIPUAI_API_KEY: '', ZHIPU_API_KEY: '', ZAI_API_KEY: '' } });
    expect(code).toBe(1);
    expect(stderr).toContain('ZHIPUAI_API_KEY');
  } finally {
    await server.close();
  }
});

async function mustRun(argv: string[], env: Record<string, string> = {}): Promise<void> {
  const { code, stdout, stderr } = await runProgram(process.execPath, argv, { env: { ...process.env, ...env } });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout.trim()).not.toBe('');
}

test.skipIf(testModel === '').each(servers)(`examples/%s streams, and stops when its client leaves${whySkipped}`, async (file) => {
  let visit: Promise<void> | undefined;
  const running = runProgram(process.execPath, [repositoryPath(`examples/${file}`)], { env: { ...process.env, PORT: '0' } }, (child) => {
    visit = visitServer(child).finally(() => child.kill('SIGTERM'));
  });
  const [{ code, stderr }] = await Promise.all([running, visit]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

async function visitServer(child: ChildProcess): Promise<void> {
  const text = readRepositoryFile('examples/texts/harbour-meeting.txt');
  const address = (await untilPrinted(child, /listening on (\S+)/))[1];
  const ask = (body: string, signal?: AbortSignal): Promise<Response> =>
    fetch(`${address}/summaries`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body, ...(signal ? { signal } : {}) });

  const leaving = new AbortController();
  const left = await ask(text, leaving.signal);
  expect((await left.body!.getReader().read()).done).toBe(false);
  const ended = untilPrinted(child, /stopped|answered/);
  leaving.abort();
  expect((await ended)[0]).toBe('stopped');

  const lines = (await (await ask('The ferry leaves at 8:30. Dogs are welcome on deck.')).text()).trim().split('\n').map((line) => JSON.parse(line) as { type: string });
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.at(-1)).toMatchObject({ type: 'result', result: { summary: expect.stringMatching(/\w/) } });
  expect(JSON.parse(await (await ask('')).text())).toMatchObject({ type: 'error', code: 'invalid_input' });
}

async function untilPrinted(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let printed = '';
  for await (const [text] of on(child.stdout!, 'data', { close: ['end'] })) {
    printed += String(text);
    const found = pattern.exec(printed);
    if (found) return found;
  }
  throw new Error(`ended without printing ${pattern}: ${printed}`);
}

test.each(examples)('examples/%s is under 30 lines and listed in the README of the examples', (file) => {
  expect(readRepositoryFile(`examples/${file}`).split('\n').length).toBeLessThan(30);
  expect(readRepositoryFile('examples/README.md')).toContain(`(${file})`);
});
