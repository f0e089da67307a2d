import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPackedProject } from './packed-project.ts';
import type { PackedProject } from './packed-project.ts';
import { readRepositoryFile, repositoryPath } from './repository.ts';
import { runProgram } from './run-program.ts';
import { readSnippets } from './snippets.ts';
import { testModel, whySkipped } from './test-model.ts';

const noModel = testModel === '';
const snippets = readSnippets(readRepositoryFile('README.md'));
const programs = snippets.filter(({ language }) => ['js', 'ts'].includes(language));
// What a reader types in the clone, or to install, has run by now: the packed project is made that way.
const typedBefore = /^(npx pnpm@|npm install )/;
const shells = snippets
  .filter(({ language }) => language === 'sh')
  .map(({ code, line }) => ({ line, code: code.split('\n').filter((text) => !typedBefore.test(text)).join('\n') }))
  .filter(({ code }) => code.trim() !== '');

let project: PackedProject;
beforeAll(async () => {
  if (noModel) return;
  project = await createPackedProject();
  await copyFile(repositoryPath('examples/texts/night-bus.txt'), join(project.folder, 'report.txt'));
  await copyFile(repositoryPath('examples/texts/harbour-meeting.txt'), join(project.folder, 'meeting.txt'));
});
afterAll(() => project?.remove());

test('there is something to run', () => {
  expect(programs.length).toBeGreaterThan(0);
  expect(shells.length).toBeGreaterThan(0);
});

test.skipIf(noModel).each(programs)(`README.md line $line: the program runs where the packages were installed${whySkipped}`, async ({ code, line }) => {
  await writeFile(join(project.folder, `snippet-${line}.mjs`), code);
  const finished = await runProgram(process.execPath, [`snippet-${line}.mjs`], { cwd: project.folder });
  expect(finished).toMatchObject({ code: 0 });
  expect(finished.stdout.trim()).not.toBe('');
});

test.skipIf(noModel).each(shells)(`README.md line $line: the commands run${whySkipped}`, async ({ code }) => {
  const finished = await runProgram('bash', ['-euo', 'pipefail', '-c', code], { cwd: project.folder, stdin: '' });
  expect(finished).toMatchObject({ code: 0 });
});

test('the commands typed in the clone exist', () => {
  const { scripts } = JSON.parse(readRepositoryFile('package.json')) as { scripts: Record<string, string> };
  const named = [...readRepositoryFile('README.md').matchAll(/^npx pnpm@\S+ (\w+)/gm)].map((match) => match[1]);
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});
