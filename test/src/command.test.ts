import { expect, test } from 'vitest';
import { repositoryPath } from './repository.ts';
import { runProgram } from './run-program.ts';
import type { Finished } from './run-program.ts';

const command = repositoryPath('packages/glm-tasks/bin/glm-tasks.js');
const run = (argv: string[], stdin = ''): Promise<Finished> => runProgram(process.execPath, [command, ...argv], { stdin });

test('help names every command and every exit code, on stdout', async () => {
  const { code, stdout, stderr } = await run(['--help']);
  expect([code, stderr]).toEqual([0, '']);
  for (const word of ['pull', 'models', 'generate', 'summarize', 'doctor', 'Examples', 'Exit codes', '130', '143']) {
    expect(stdout).toContain(word);
  }
});

test('--version is the version of the package', async () => {
  expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('no command at all shows the help and is a usage error', async () => {
  const { code, stdout, stderr } = await run([]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('Usage: glm-tasks');
});

test.each([
  ['an unknown model suggests the nearest', ['generate', 'x', '--model', 'qwen2.5-coder-1.5-instruct'], 4, 'qwen2.5-coder-1.5b-instruct'],
  ['a traversal in a model name', ['generate', 'x', '--model', 'owner/../../secret.gguf'], 2, 'is not a model name'],
  ['a missing file', ['summarize', command.replace('glm-tasks.js', 'no-such-file')], 2, 'there is no such file'],
])('%s', async (_name, argv, exitCode, message) => {
  const { code, stdout, stderr } = await run(argv);
  expect(stdout).toBe('');
  expect(code).toBe(exitCode);
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('a closed standard input is an empty text, not a hang', async () => {
  const { code, stderr } = await run(['summarize', '--model', 'small', '--offline']);
  expect(code).not.toBe(0);
  expect(stderr).not.toMatch(/\n\s+at /);
});
