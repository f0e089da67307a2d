import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryPath } from './repository.ts';
import { runProgram } from './run-program.ts';
import { testModel, whySkipped } from './test-model.ts';

const examples = readdirSync(repositoryPath('examples'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.js') && !file.includes('node_modules'));

test.skipIf(testModel === '').each(examples)(`examples/%s runs${whySkipped}`, async (file) => {
  const { code, stdout, stderr } = await runProgram(process.execPath, [repositoryPath(`examples/${file}`)]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout.trim()).not.toBe('');
});

test.each(examples)('examples/%s is under 30 lines and listed in the README of the examples', (file) => {
  expect(readRepositoryFile(`examples/${file}`).split('\n').length).toBeLessThan(30);
  expect(readRepositoryFile('examples/README.md')).toContain(`(${file})`);
});
