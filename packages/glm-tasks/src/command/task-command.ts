import { rename, rm, writeFile } from 'node:fs/promises';
import { TaskError } from '@glm-tasks/core';
import { createFileStore } from '@glm-tasks/task';
import type { Command } from 'commander';
import { z } from 'zod';
import type { ListedTask } from '../tasks.ts';
import { flagsOf } from './flags.ts';
import type { Flag } from './flags.ts';
import { readDocumentText, readText } from './read-text.ts';
import { paint } from './shell.ts';
import type { Shell } from './shell.ts';
import { addCommand, addModelOptions } from './subcommand.ts';
import type { CommonOptions } from './subcommand.ts';
import { createTaskProgress } from './task-progress.ts';
import { useModel } from './use-model.ts';
import type { ModelChoice } from './use-model.ts';

type TaskOptions = CommonOptions & ModelChoice & { remember?: string; out?: string; plan?: boolean } & Record<string, string | boolean | undefined>;

/** Any task as a command: text files in, its text out; its flags are the properties of its input. */
export function addTaskCommand(program: Command, task: ListedTask, shell: Shell): void {
  const takesSeveral = task.input instanceof z.ZodObject && 'documents' in task.input.shape;
  const command = addCommand(program, task.name, {
    description: task.description,
    examples: [
      `glm-tasks ${task.name} report.txt`,
      `glm-tasks ${task.name} report.txt --json > result.json`,
      `cat *.md | glm-tasks ${task.name} -`,
      ...(takesSeveral ? [`glm-tasks ${task.name} monday.md tuesday.md wednesday.md`] : []),
    ],
  });
  const files = `${takesSeveral ? 'text, Markdown, HTML or subtitle files' : 'a text, Markdown, HTML or subtitle file'}; - or none reads standard input`;
  addModelOptions(command)
    .argument(takesSeveral ? '[files...]' : '[file]', files)
    .option('--out <file>', 'write the result there instead of standard output; the file is replaced when all is done')
    .option('--remember <file>', 'keep finished parts in this file: run again, it goes on where it was stopped')
    .addHelpText('after', '\nA value that begins with @ is read from the file behind it: --focus @question.txt');
  if (task.plan) command.option('--plan', 'say what it would take (parts, calls, tokens, seconds), and do not run');
  const flags = flagsOf(task.input);
  for (const { option } of flags) command.addOption(option);

  command.action(async (named: string | string[] | undefined, options: TaskOptions) => {
    const files = [named ?? []].flat();
    const input = task.detectFormat ? await readAsItStands(task, files[0], shell) : await readFiles(files, shell, options.json === true);
    for (const { property, option, read } of flags) {
      const typed = options[option.attributeName()];
      if (typed !== undefined && typed !== false) input[property] = read(typeof typed === 'string' ? await readTyped(typed, shell) : typed);
    }
    refuseUnfit(task.input, input, flags);
    await useModel(shell, options, async (model) => {
      const run = { model, signal: shell.signal, ...(options.remember === undefined ? {} : { store: createFileStore(options.remember) }) };
      if (task.plan && options.plan) return printResult(await task.plan(input, run), shell, options.json === true);
      const events = task.stream(input, run);
      const result = await writeResult(events, shell, options);
      if (isIncomplete(result)) throw new TaskError('output_invalid', warningsOf(result)[0] ?? 'The result is incomplete.', { partial: result });
    });
  });
}

/** One text, or several documents under their file names. */
async function readFiles(files: string[], shell: Shell, quiet: boolean): Promise<Record<string, unknown>> {
  if (files.length < 2) return { text: await readDocumentText(files[0], shell, { quiet }) };
  const documents: { id: string; text: string }[] = [];
  for (const file of files) documents.push({ id: file, text: await readDocumentText(file, shell, { quiet }) });
  return { documents };
}

async function readAsItStands(task: ListedTask, file: string | undefined, shell: Shell): Promise<Record<string, unknown>> {
  const text = await readText(file, shell);
  return { text, format: task.detectFormat?.(file === '-' ? undefined : file, text) };
}

async function readTyped(typed: string, shell: Shell): Promise<string> {
  return typed.length > 1 && typed.startsWith('@') ? readText(typed.slice(1), shell) : typed;
}

// The task checks its input too, but only here can the message name the flag, and no model has been loaded for nothing yet.
function refuseUnfit(schema: z.ZodType, input: Record<string, unknown>, flags: Flag[]): void {
  const issue = schema.safeParse(input).error?.issues[0];
  if (issue === undefined) return;
  const flag = flags.find(({ property }) => property === issue.path[0])?.option.long;
  throw new TaskError('invalid_input', `${flag ?? nameOf(issue.path, input)}: ${issue.message}`, { details: { field: issue.path.join('.') } });
}

/** The file that a document came from. */
function nameOf([property, index]: PropertyKey[], { documents }: Record<string, unknown>): string {
  const document: unknown = property === 'documents' && Array.isArray(documents) ? documents[Number(index)] : undefined;
  return document === undefined ? 'the text' : (document as { id: string }).id;
}

type Events = ReturnType<ListedTask['stream']>;

/** The text (or with --json the result) to standard output as it comes, or to a file at the end. */
async function writeResult(events: Events, shell: Shell, { json, out }: TaskOptions): Promise<unknown> {
  const progress = createTaskProgress(shell);
  let text = '';
  let result: unknown;
  try {
    for await (const event of events) {
      if (event.type === 'text-delta') {
        progress.end();
        text += event.text;
        if (!json && out === undefined) shell.stdout.write(event.text);
      } else if (event.type === 'progress' && !json) {
        progress.show(event);
      } else if (event.type === 'result') {
        result = event.result;
      }
    }
  } finally {
    progress.end();
  }
  // A task without running text (its result is a structure) has only JSON to show.
  const written = json ? `${JSON.stringify(result)}\n` : text === '' ? `${JSON.stringify(result, null, 2)}\n` : text;
  if (out !== undefined) await replaceFile(out, written);
  else if (json || text === '') shell.stdout.write(written);
  else if (!text.endsWith('\n')) shell.stdout.write('\n');
  if (!json && !isIncomplete(result)) for (const warning of warningsOf(result)) shell.stderr.write(`${paint(shell, 'yellow', 'warning')} ${warning}\n`);
  return result;
}

/** All or nothing: whoever reads the file never sees half of it. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.part`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new TaskError('invalid_input', `Cannot write "${file}": ${cause instanceof Error ? cause.message : String(cause)}.`, { details: { file }, cause });
  }
}

/** A task that could not do all of its work says so; what it did is in the result. */
function isIncomplete(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'status' in result && result.status === 'incomplete';
}

function printResult(result: unknown, shell: Shell, compact: boolean): void {
  shell.stdout.write(`${JSON.stringify(result, null, compact ? 0 : 2)}\n`);
}

function warningsOf(result: unknown): string[] {
  const warnings = typeof result === 'object' && result !== null && 'warnings' in result ? result.warnings : [];
  return Array.isArray(warnings) ? warnings.map(String) : [];
}
