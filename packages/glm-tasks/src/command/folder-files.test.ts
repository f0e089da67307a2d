import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFiles } from './folder-files.ts';
import { planOutputs } from './folder-output.ts';

let root: string;
const at = (...names: string[]): string => join(root, ...names);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'glm-tasks-files-'));
  for (const name of ['docs/b.md', 'docs/a.md', 'docs/deep/c.html', 'docs/logo.png', 'docs/[1].md', 'docs/.hidden.md', 'docs/node_modules/x/readme.md', 'docs/zh/a.md', 'other/a.md', 'empty/x.png', 'app/package.json', 'app/tsconfig.base.json', 'app/en.json', 'app/pnpm-lock.yaml', 'app/site.config.json', 'notes.log']) {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), 'x');
  }
  await symlink(at('docs'), at('docs', 'deep', 'loop'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const found = async (...typed: string[]) => {
  const { files, isMany, passedOver } = await findFiles(typed.map((name) => (name === '-' ? name : at(name))), { except: at('docs', 'zh') });
  return { paths: files.map(({ path }) => (path === undefined ? '-' : relative(root, path))), below: files.map(({ below }) => below), isMany, passedOver: passedOver.map((path) => relative(root, path)) };
};

test('of a folder the files with known endings, nothing hidden, and not what stands where the results go', async () => {
  expect(await found('docs')).toEqual({
    paths: ['docs/[1].md', 'docs/a.md', 'docs/b.md', 'docs/deep/c.html'],
    below: ['[1].md', 'a.md', 'b.md', 'deep/c.html'],
    isMany: true,
    passedOver: ['docs/logo.png'],
  });
});

test('of a folder no configuration, unless it is named', async () => {
  const endings = ['json', 'yaml'];
  expect((await findFiles([at('app')], { endings })).files.map(({ below }) => below)).toEqual(['en.json']);
  expect((await findFiles([at('app', 'package.json')], { endings })).files).toHaveLength(1);
});

test('of a pattern whatever matches it, below its first wildcard', async () => {
  expect(await found('docs/**/*.{html,png}')).toMatchObject({ paths: ['docs/deep/c.html', 'docs/logo.png'], below: ['deep/c.html', 'logo.png'], isMany: true, passedOver: [] });
  expect(await found('*.log')).toMatchObject({ paths: ['notes.log'], below: ['notes.log'], isMany: true });
});

test('a name is a name, with brackets in it too; each file comes once', async () => {
  expect(await found('docs/[1].md')).toMatchObject({ paths: ['docs/[1].md'], isMany: false });
  expect(await found('docs/b.md', 'docs/*.md')).toMatchObject({ paths: ['docs/b.md', 'docs/[1].md', 'docs/a.md'], isMany: true });
  expect(await found('none.md')).toMatchObject({ paths: ['none.md'], isMany: false });
  expect(await found('-')).toMatchObject({ paths: ['-'], isMany: false });
});

test.each([['empty', 'has no file in it that can be used here (.txt'], ['docs/*.pdf', 'No file matches']])('%s has nothing to use', async (typed, message) => {
  await expect(found(typed)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(message) });
});

test('results keep the places of their sources', async () => {
  expect(await planOutputs(await findFiles([at('docs')], { except: at('docs', 'zh') }), at('zh'))).toEqual(['[1].md', 'a.md', 'b.md', 'deep/c.html'].map((name) => at('zh', name)));
  expect(await planOutputs(await findFiles([at('docs', 'a.md')], {}), at('new.md'))).toEqual([at('new.md')]);
  expect(await planOutputs(await findFiles([at('docs', 'a.md')], {}), at('other'))).toEqual([at('other', 'a.md')]);
  expect(await planOutputs(await findFiles([at('docs', 'a.md')], {}), `${at('new')}/`)).toEqual([at('new', 'a.md')]);
});

test.each([
  ['a source', ['docs/a.md'], 'docs/a.md', 'written over'],
  ['a source behind a link', ['docs/a.md'], 'docs/deep/loop/a.md', 'written over'],
  ['the folder of the sources', ['docs'], 'docs/deep/loop', 'written over'],
  ['two results in one place', ['docs', 'other'], 'out', 'would both be written'],
])('%s is refused', async (_name, typed, out, message) => {
  const files = await findFiles(typed.map((name) => at(name)), {});
  await expect(planOutputs(files, at(out))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(message) });
});
