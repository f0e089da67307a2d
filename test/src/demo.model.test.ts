import { expect, test } from 'vitest';
import { repositoryPath } from './repository.ts';
import { runProgram } from './run-program.ts';
import { testModel, whySkipped } from './test-model.ts';

test.skipIf(testModel === '')(`the demo runs to its end${whySkipped}`, async () => {
  const argv = [repositoryPath('scripts/demo.mjs'), '--model', 'small'];
  const { code, stdout, stderr } = await runProgram(process.execPath, argv, { cwd: repositoryPath('') });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  for (const words of ['tokens/s', 'read 100 %', 'segments, 0 failed', 'from character', 'refused: ', 'facts told', 'this process', 'All done in']) expect(stdout).toContain(words);
});

test('a demo that cannot load its model fails', async () => {
  const argv = [repositoryPath('scripts/demo.mjs'), '--model', 'no-such-model'];
  const { code, stderr } = await runProgram(process.execPath, argv, { cwd: repositoryPath('') });
  expect(code).toBe(1);
  expect(stderr).toContain('model_not_found');
});
