import { TaskError } from '@glm-tasks/core';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { ListedTask } from '../tasks.ts';
import { flagsOf } from './flags.ts';
import type { Flag } from './flags.ts';
import { readDocumentText } from './read-text.ts';
import { paint } from './shell.ts';
import type { Shell } from './shell.ts';
import { addCommand, addModelOptions } from './subcommand.ts';
import type { CommonOptions } from './subcommand.ts';
import { useModel } from './use-model.ts';
import type { ModelChoice } from './use-model.ts';

type TaskOptions = CommonOptions & ModelChoice & Record<string, string | boolean | undefined>;

/** Any task as a command: a text file in, its text out; its flags are the properties of its input. */
export function addTaskCommand(program: Command, task: ListedTask, shell: Shell): void {
  const command = addCommand(program, task.name, {
    description: task.description,
    examples: [
      `glm-tasks ${task.name} report.txt`,
      `glm-tasks ${task.name} report.txt --json > result.json`,
      `cat *.md | glm-tasks ${task.name} -`,
    ],
  });
  addModelOptions(command).argument('[file]', 'a text, Markdown, HTML or subtitle file; - or none reads standard input');
  const flags = flagsOf(task.input);
  for (const { option } of flags) command.addOption(option);

  command.action(async (file: string | undefined, options: TaskOptions) => {
    const input: Record<string, unknown> = { text: await readDocumentText(file, shell, { quiet: options.json === true }) };
    for (const { property, option, read } of flags) {
      const typed = options[option.attributeName()];
      if (typed !== undefined && typed !== false) input[property] = read(typed);
    }
    refuseUnfit(task.input, input, flags);
    await useModel(shell, options, async (model) => {
      const events = task.stream(input, { model, signal: shell.signal });
      await (options.json ? printJson(events, shell) : printText(events, shell));
    });
  });
}

// The task checks its input too, but only here can the message name the flag, and no model has been loaded for nothing yet.
function refuseUnfit(schema: z.ZodType, input: Record<string, unknown>, flags: Flag[]): void {
  const issue = schema.safeParse(input).error?.issues[0];
  if (issue === undefined) return;
  const flag = flags.find(({ property }) => property === issue.path[0])?.option.long;
  throw new TaskError('invalid_input', `${flag ?? 'the text'}: ${issue.message}`, { details: { field: issue.path.join('.') } });
}

type Events = ReturnType<ListedTask['stream']>;

async function printJson(events: Events, shell: Shell): Promise<void> {
  for await (const event of events) {
    if (event.type === 'result') shell.stdout.write(`${JSON.stringify(event.result)}\n`);
  }
}

async function printText(events: Events, shell: Shell): Promise<void> {
  let text = '';
  for await (const event of events) {
    if (event.type === 'text-delta') {
      text += event.text;
      shell.stdout.write(event.text);
    } else if (event.type === 'progress' && event.total > 1 && event.done > 0) {
      shell.stderr.write(`${paint(shell, 'dim', `${event.stage}: ${event.done} of ${event.total}`)}\n`);
    } else if (event.type === 'result') {
      // A task without running text (its result is a structure) has only JSON to show.
      if (text === '') shell.stdout.write(JSON.stringify(event.result, null, 2));
      if (!text.endsWith('\n')) shell.stdout.write('\n');
      for (const warning of warningsOf(event.result)) shell.stderr.write(`${paint(shell, 'yellow', 'warning')} ${warning}\n`);
    }
  }
}

function warningsOf(result: unknown): string[] {
  const warnings = typeof result === 'object' && result !== null && 'warnings' in result ? result.warnings : [];
  return Array.isArray(warnings) ? warnings.map(String) : [];
}
