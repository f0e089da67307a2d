import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryPath } from './repository.ts';
import { runProgram } from './run-program.ts';
import { testModel, whySkipped } from './test-model.ts';

const examples = readdirSync(repositoryPath('examples'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.js') && !file.includes('node_modules'));

// Its model is on the Hub alone, and tests use no network but to pull the test model; `reader.test.ts` of core runs a reader.
const fetchesFromHub = new Set(['core/reader.js']);
const names = examples.map((file) => file.replaceAll('\\', '/')).filter((file) => !fetchesFromHub.has(file));
// Stories by real weights take minutes; these run on a writer that follows a script, and `write-story.model.test.ts` on weights.
const stories = names.filter((file) => file.startsWith('write/story'));
const others = names.filter((file) => !stories.includes(file));

test.skipIf(testModel === '').each(others)(`examples/%s runs${whySkipped}`, (file) => mustRun([repositoryPath(`examples/${file}`)]));

test.each(stories)('examples/%s runs, with a scripted writer', (file) => mustRun(['--import', repositoryPath('test/dist/use-scripted-models.js'), repositoryPath(`examples/${file}`)]));

async function mustRun(argv: string[]): Promise<void> {
  const { code, stdout, stderr } = await runProgram(process.execPath, argv);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout.trim()).not.toBe('');
}

test.each(examples)('examples/%s is under 30 lines and listed in the README of the examples', (file) => {
  expect(readRepositoryFile(`examples/${file}`).split('\n').length).toBeLessThan(30);
  expect(readRepositoryFile('examples/README.md')).toContain(`(${file})`);
});
