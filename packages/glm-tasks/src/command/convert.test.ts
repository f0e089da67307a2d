import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeShell } from '../testing/fake-shell.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glm-tasks-convert-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('convert has help with examples, and asks where to put the folder', async () => {
  const help = fakeShell();
  expect(await runCommand(['convert', '--help'], help)).toBe(0);
  expect(help.output()).toContain('--adapter');
  expect(help.output()).toContain('$ glm-tasks convert model.gguf --out model');
  const shell = fakeShell();
  expect(await runCommand(['convert', 'model.gguf'], shell)).toBe(2);
  expect(shell.messages()).toContain('--out');
});

test('what cannot be converted is named, and leaves nothing', async () => {
  const path = join(folder, 'model.gguf');
  await writeFile(path, 'not a model');
  const shell = fakeShell();
  expect(await runCommand(['convert', path, '--out', join(folder, 'out')], shell)).not.toBe(0);
  expect(shell.messages()).toContain('model.gguf is not a sound GGUF file');
  expect(shell.output()).toBe('');
  const nowhere = fakeShell();
  expect(await runCommand(['convert', path, '--out', folder, '--json'], nowhere)).not.toBe(0);
  expect(nowhere.output() + nowhere.messages()).toContain('invalid_input');
});
