import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineTask, type TaskContext, type TaskRun } from '@glm-tasks/task';
import { Command } from 'commander';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { ListedTask } from '../tasks.ts';
import { fakeShell } from '../testing/fake-shell.ts';
import { addTaskCommand } from './task-command.ts';

interface AskRun extends TaskRun {
  knowledge?: string[];
}

/** A task that reads no files: its question is an argument, and its documents become a part of the run. */
const ask: ListedTask = Object.assign(
  defineTask({
    name: 'ask',
    description: 'Ask something',
    input: z.object({ question: z.string('ask something').min(1, 'ask something'), brief: z.boolean().default(false).describe('in a word') }),
    output: z.object({ question: z.string(), brief: z.boolean(), knowledge: z.array(z.string()) }),
    async *run({ question, brief }, { knowledge = [] }: TaskContext<AskRun>) {
      yield { type: 'text-delta', text: `${question} ${knowledge.join('+')}` };
      return { question, brief, knowledge };
    },
  }),
  {
    argument: 'question',
    options: [
      {
        flags: '--docs <path>',
        description: 'what it reads',
        prepare: async (paths: readonly string[], { readText }: { readText(path: string): Promise<string> }) => ({ run: { knowledge: await Promise.all(paths.map(readText)) } }),
      },
    ],
  },
);

async function run(argv: string[], stdin = '') {
  const shell = fakeShell({ stdin });
  const program = new Command().exitOverride().configureOutput({ writeOut: (text) => shell.stdout.write(text), writeErr: (text) => shell.stderr.write(text) });
  addTaskCommand(program, ask, shell);
  await program.parseAsync(argv, { from: 'user' });
  return shell;
}

test('a task may take an argument instead of files, and options that become a part of its run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'glm-tasks-ask-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [one, two] = ['one', 'two'].map((name) => join(folder, name)) as [string, string];
  await Promise.all([one, two].map((path, index) => writeFile(path, `text ${index}`)));
  expect((await run(['ask', 'Why?', '--docs', one, '--docs', two])).output()).toBe('Why? text 0+text 1\n');
  expect(JSON.parse((await run(['ask', '--brief', '--json'], 'Why so?\n')).output())).toEqual({ question: 'Why so?', brief: true, knowledge: [] });
  const missing = run(['ask', 'Why?', '--docs', join(folder, 'none')]);
  await expect(missing).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('there is no such file') });
  await expect(run(['ask', ''])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('ask something') });
});

test('its help names both', async () => {
  const shell = fakeShell();
  const program = new Command().exitOverride().configureOutput({ writeOut: (text) => shell.stdout.write(text) });
  addTaskCommand(program, ask, shell);
  await expect(program.parseAsync(['ask', '--help'], { from: 'user' })).rejects.toThrow('(outputHelp)');
  expect(shell.output()).toContain('[question]');
  expect(shell.output()).toContain('--docs <path>');
  expect(shell.output()).not.toContain('--question');
  expect(shell.output()).not.toContain('folders or patterns');
});
