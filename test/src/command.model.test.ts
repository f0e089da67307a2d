import type { ChildProcess } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { readRepositoryFile, repositoryPath } from './repository.ts';
import { runProgram } from './run-program.ts';
import { testModel, whySkipped } from './test-model.ts';

const command = repositoryPath('packages/glm-tasks/bin/glm-tasks.js');
const longAnswer = ['generate', 'Count from one to two thousand in words, one number a line.', '--model', testModel];

const run = (argv: string[], interact?: (child: ChildProcess) => void): ReturnType<typeof runProgram> =>
  runProgram(process.execPath, [command, ...argv], { stdin: '' }, interact);

describe.skipIf(testModel === '')(`the command with weights${whySkipped}`, () => {
  test('generate answers, and --json tells the usage', async () => {
    const { code, stdout } = await run(['generate', 'Say hello.', '--model', testModel, '--max-tokens', '20', '--json']);
    expect(code).toBe(0);
    const { text, finishReason, usage } = JSON.parse(stdout) as { text: string; finishReason: string; usage: { outputTokens: number } };
    expect(text.trim()).not.toBe('');
    expect(['stop', 'length']).toContain(finishReason);
    expect(usage.outputTokens).toBeLessThanOrEqual(20);
  });

  test('summarize reads all of a Chinese text and writes Chinese', async () => {
    const file = repositoryPath('examples/texts/night-bus.txt');
    const { code, stdout } = await run(['summarize', file, '--model', testModel, '--length', 'short', '--json']);
    expect(code).toBe(0);
    const { summary, coverage } = JSON.parse(stdout) as { summary: string; coverage: number };
    expect(coverage).toBe(1);
    expect(summary).toMatch(/\p{Script=Han}/u);
    expect(summary.length).toBeLessThan(readRepositoryFile('examples/texts/night-bus.txt').length / 2);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s stops an answer in good order', async (signal, exitCode) => {
    const { code, stdout, stderr } = await run(longAnswer, (child) => child.stdout?.once('data', () => child.kill(signal)));
    expect(code).toBe(exitCode);
    expect(stdout).not.toBe('');
    expect(stderr).toContain('stopped: ');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('a reader that goes away ends the command quietly', async () => {
    const { code, stderr } = await run(longAnswer, (child) => child.stdout?.once('data', () => child.stdout?.destroy()));
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/error|stopped|EPIPE/);
  });
});
