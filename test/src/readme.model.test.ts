import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalog } from '@glm-tasks/weights';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPackedProject, type PackedProject } from './packed-project.ts';
import { compilePrograms, isProgram, runCommands, runCompiled, writeNamedFiles, type Block } from './readme-blocks.ts';
import { readRepositoryFile, repositoryPath } from './repository.ts';
import { runProgram } from './run-program.ts';
import { readSnippets } from './snippets.ts';
import { testModel, whySkipped } from './test-model.ts';

const noModel = testModel === '';
const snippets = readSnippets(readRepositoryFile('README.md'));
// What a reader types in the clone, or to install, has run by now: the packed project is made that way.
const typedBefore = /^(npx pnpm@|npm install )/;
const shells = snippets
  .filter(({ language }) => language === 'sh')
  .map((snippet) => ({ ...snippet, code: snippet.code.split('\n').filter((text) => !typedBefore.test(text)).join('\n') }))
  .filter(({ code }) => code.trim() !== '');
const owners = readdirSync(repositoryPath('packages'));
const blocks = owners.flatMap((owner): Block[] =>
  readSnippets(readRepositoryFile(`packages/${owner}/README.md`)).map((snippet) => ({ ...snippet, owner })),
);

let project: PackedProject;
beforeAll(async () => {
  project = await createPackedProject('npm');
  await writeNamedFiles(project.folder);
});
afterAll(() => project?.remove());

describe.skipIf(noModel)(`README.md, with weights${whySkipped}`, () => {
  test.each(snippets.filter(isProgram))('line $line: the program runs where the packages were installed', async ({ code, line }) => {
    await writeFile(join(project.folder, `snippet-${line}.mjs`), code);
    const finished = await runProgram(process.execPath, [`snippet-${line}.mjs`], { cwd: project.folder });
    expect(finished).toMatchObject({ code: 0 });
    expect(finished.stdout.trim()).not.toBe('');
  });

  test.each(shells)('line $line: the commands run', async ({ code }) => {
    const finished = await runProgram('bash', ['-euo', 'pipefail', '-c', code], { cwd: project.folder, stdin: '' });
    expect(finished).toMatchObject({ code: 0 });
  });
});

test.skipIf(noModel)(`README.md: the first program runs where pnpm installed the packages, too${whySkipped}`, async () => {
  const installed = await createPackedProject('pnpm');
  try {
    await writeNamedFiles(installed.folder);
    await writeFile(join(installed.folder, 'first.mjs'), snippets.find(isProgram)!.code);
    const finished = await runProgram(process.execPath, ['first.mjs'], { cwd: installed.folder });
    expect(finished).toMatchObject({ code: 0 });
    expect(finished.stdout.trim()).not.toBe('');
  } finally {
    await installed.remove();
  }
});

describe('the READMEs of the packages, on models that follow a script', () => {
  let diagnostics: string;
  beforeAll(async () => {
    diagnostics = await compilePrograms(project.folder, blocks);
  });

  test('their programs are sound TypeScript for the packages as installed', () => expect(diagnostics).toBe(''));

  // That of the weights package fetches and converts a model, which needs one.
  test.skipIf(noModel)('packages/weights: the programs run', () => mustRun('weights'));
  test.concurrent.each(owners.filter((owner) => owner !== 'weights'))('packages/%s: the programs run', mustRun);
  async function mustRun(owner: string): Promise<void> {
    const programs = blocks.filter((block) => isProgram(block) && block.owner === owner);
    const { code, stdout, stderr } = await runCompiled(project.folder, programs);
    expect({ code, problem: code === 0 ? '' : stderr }).toEqual({ code: 0, problem: '' });
    expect(stdout.match(/ ran$/gm)?.length).toBe(programs.length);
  }

  test.each(blocks.filter(({ language }) => language === 'sh'))('packages/$owner, line $line: the commands run', async (block) => {
    expect(await runCommands(project.folder, block)).toMatchObject({ code: 0 });
  });
});

test('every block of a README is a program, commands, or what they print', () => {
  expect(new Set([...snippets, ...blocks].map(({ language }) => language))).toEqual(new Set(['js', 'ts', 'sh', 'text']));
  expect(readSnippets(readRepositoryFile('examples/README.md'))).toEqual([]);
});

test.each(['README.md', 'CONTRIBUTING.md', 'eval/README.md', 'bench/README.md'])('the commands that %s has typed in the clone exist', (file) => {
  const { scripts } = JSON.parse(readRepositoryFile('package.json')) as { scripts: Record<string, string> };
  const named = [...readRepositoryFile(file).matchAll(/^npx pnpm@\S+ (\w+)/gm)].map((match) => match[1]);
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect([...Object.keys(scripts), 'exec', 'install', 'build']).toContain(name);
});

test.each(['README.md', 'README.zh-CN.md'])('%s says how large the default model and the small one are', (file) => {
  const gigabytes = (name: string): string => {
    const model = catalog.find(({ aliases }) => aliases.includes(name))!;
    return `${(model.files.reduce((sum, { bytes = 0 }) => sum + bytes, 0) / 1e9).toFixed(1)} GB`;
  };
  for (const name of ['default', 'small']) expect(readRepositoryFile(file)).toMatch(new RegExp(`'${name}'[^\n]*${gigabytes(name)}`));
});
