import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tasks } from 'glm-tasks';
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryPath } from './repository.ts';
import { readSnippets } from './snippets.ts';

const packages = readdirSync(repositoryPath('packages'));
const shared = ['weights', 'core', 'task', 'langchain', 'glm-tasks'];
const documents = ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'examples/README.md', ...markdownIn('docs')];

function markdownIn(folder: string): string[] {
  return readdirSync(repositoryPath(folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file));
}

test('every task package has a task in the list, or several', () => {
  const taskPackages = packages.filter((name) => !shared.includes(name));
  const names = tasks.map(({ name }) => name.replace(/^re(?=write$)|-.*/g, ''));
  expect([...new Set(names)].toSorted()).toEqual(taskPackages.toSorted());
});

test.each(packages)('packages/%s is built with the workspace and published without its tests', (name) => {
  const manifest = JSON.parse(readRepositoryFile(`packages/${name}/package.json`)) as Record<string, unknown>;
  const { version } = JSON.parse(readRepositoryFile('packages/glm-tasks/package.json')) as { version: string };
  expect(manifest).toMatchObject({ type: 'module', license: 'Apache-2.0', version });
  expect(manifest['files']).toContain('!dist/**/*.test.*');
  expect(readRepositoryFile('tsconfig.json')).toContain(`packages/${name}"`);
});

test.each(documents)('%s links only to what is there', (file) => {
  const prose = readRepositoryFile(file).replaceAll(/^```.*?^```$/gms, '');
  const targets = [...prose.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map((match) => join(dirname(file), match[1] ?? ''));
  expect(targets.filter((target) => !existsSync(repositoryPath(target)))).toEqual([]);
});

test('both READMEs carry the same programs and commands', () => {
  const withoutComments = (file: string): string[] =>
    readSnippets(readRepositoryFile(file))
      .filter(({ language }) => language !== 'text')
      .map(({ code }) => code.replaceAll(/ *(\/\/|#) .*$/gm, ''));
  expect(withoutComments('README.zh-CN.md')).toEqual(withoutComments('README.md'));
});
