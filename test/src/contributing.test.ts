import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRepositoryFile, repositoryPath } from './repository.ts';
import { runProgram } from './run-program.ts';
import { readSnippets } from './snippets.ts';

const snippets = readSnippets(readRepositoryFile('CONTRIBUTING.md'));
const programs = snippets.filter(({ language }) => language === 'js');
const excerpts = snippets.filter(({ language }) => language === 'ts');

let folder: string;
beforeAll(async () => {
  // Inside this package, from where our packages can be imported.
  folder = await mkdtemp(repositoryPath('test/dist/contributing-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('there is an example of a task, an engine and an architecture', () => {
  expect([programs.length, excerpts.length]).toEqual([2, 1]);
});

test.each(programs)('CONTRIBUTING.md line $line: the example runs', async ({ code, line }) => {
  const file = join(folder, `snippet-${line}.mjs`);
  await writeFile(file, code);
  const finished = await runProgram(process.execPath, [file], { cwd: folder });
  expect(finished).toMatchObject({ code: 0 });
  expect(finished.stdout.trim()).not.toBe('');
});

test.each(excerpts)('CONTRIBUTING.md line $line: the architecture stands in the code like this', ({ code }) => {
  expect(readRepositoryFile('packages/weights/src/architectures/qwen3.ts')).toContain(code);
});
