import { TaskError, type Model } from '@glm-tasks/core';
import { createFileStore } from '@glm-tasks/task';
import { Option, type Command } from 'commander';
import type { z } from 'zod';
import type { ListedOption, ListedTask, Prepared } from '../tasks.ts';
import { flagsOf } from './flags.ts';
import type { Flag } from './flags.ts';
import { checkJobs } from './folder-check.ts';
import { readJobs, takesDocuments, type Jobs } from './folder-jobs.ts';
import { runJobs } from './folder-run.ts';
import { readText } from './read-text.ts';
import type { Shell } from './shell.ts';
import { addCommand, addModelOptions } from './subcommand.ts';
import type { CommonOptions } from './subcommand.ts';
import { useModel } from './use-model.ts';
import type { ModelChoice } from './use-model.ts';

type TaskOptions = CommonOptions & ModelChoice & { remember?: string; out?: string; plan?: boolean; check?: string | true } & Record<string, string | string[] | boolean | undefined>;

/** Any task as a command: text files in, its text out; its flags are the properties of its input. */
export function addTaskCommand(program: Command, task: ListedTask, shell: Shell): void {
  const command = addCommand(parentOf(program, task), lastWord(commandOf(task)), { description: task.description, examples: task.examples ?? examplesOf(task) });
  const several = takesDocuments(task) ? 'one result' : 'a result each';
  addModelOptions(command)
    .argument(task.argument === undefined ? '[files...]' : `[${task.argument}]`, task.argument === undefined ? `files, folders or patterns such as 'docs/**/*.md', ${several}; - or none reads standard input` : 'text; - or none reads standard input')
    .option('--out <path>', 'write the result there instead of standard output: to a file, or of several files into a folder; what is there is replaced when all is done')
    .option('--remember <file>', 'keep finished parts in this file: run again, it goes on where it was stopped')
    .addHelpText('after', '\nA value that begins with @ is read from the file behind it, as in @notes.txt');
  if (task.plan) command.option('--plan', 'say what it would take (parts, calls, tokens, seconds), and do not run');
  if (task.check) command.option('--check [path]', 'hold a result that exists against its source (the one at --out where none is named), without a model; ends with 1 where it is broken');
  const own = (task.options ?? []).map((listed) => ({ listed, option: repeatable(listed) }));
  const flags = flagsOf(task.input).filter(({ property }) => property !== task.argument && !own.some(({ option }) => option.attributeName() === property));
  // To check, a task may need less than to run; what is missing then is told before a model is loaded.
  for (const { option } of flags) command.addOption(task.check ? option.makeOptionMandatory(false) : option);
  for (const { option } of own) command.addOption(option);

  command.action(async (typed: string | string[] | undefined, options: TaskOptions) => {
    const json = options.json === true;
    const more: Record<string, unknown> = {};
    for (const { property, option, read } of flags) {
      const value = options[option.attributeName()];
      if (value !== undefined && value !== false) more[property] = read(typeof value === 'string' ? await readTyped(value, shell) : true);
    }
    const prepared = await prepareOptions(own, options, shell);
    const read = await readInputs(task, [typed ?? []].flat(), options, shell);
    const jobs = read.jobs.map((job) => ({ ...job, input: { ...job.input, ...more, ...prepared.input } }));
    if (task.check && options.check !== undefined) return checkJobs(task, jobs, shell, json);
    if (read.isMany && !json && options.out === undefined && !options.plan) {
      throw new TaskError('invalid_input', 'Several files need a folder for their results: give --out FOLDER, or --json for one document on standard output.', { details: { field: 'out' } });
    }
    for (const { input, name } of jobs) refuseUnfit(task.input, input, flags, read.isMany ? name : 'the text');
    const work = async (model: Model): Promise<void> => {
      const run = { model, signal: shell.signal, ...(options.remember === undefined ? {} : { store: createFileStore(options.remember) }), ...prepared.run };
      if (!task.plan || !options.plan) return runJobs(task, { jobs, isMany: read.isMany }, run, shell, json);
      for (const { input } of jobs) shell.stdout.write(`${JSON.stringify(await task.plan(input, run), null, json ? 0 : 2)}\n`);
    };
    await useModel(shell, options, work, prepared.load);
  });
}

function commandOf({ command, name }: ListedTask): string {
  return command ?? name;
}

function lastWord(command: string): string {
  return command.split(' ').at(-1) ?? command;
}

/** `write story` and `write news` stand below one `write`. */
function parentOf(program: Command, task: ListedTask): Command {
  const [group, second] = commandOf(task).split(' ');
  if (group === undefined || second === undefined) return program;
  return program.commands.find((command) => command.name() === group) ?? program.command(group).description(`one of several tasks: ${group} --help lists them`);
}

function examplesOf(task: ListedTask): string[] {
  const name = commandOf(task);
  return [
    `glm-tasks ${name} report.txt`,
    `glm-tasks ${name} report.txt --json > result.json`,
    `cat *.md | glm-tasks ${name} -`,
    ...(takesDocuments(task) ? [`glm-tasks ${name} monday.md tuesday.md wednesday.md`] : []),
  ];
}

function repeatable({ flags, description }: ListedOption): Option {
  const option = new Option(flags, description);
  return option.required || option.optional ? option.argParser((value: string, earlier: string[] | undefined) => [...(earlier ?? []), value]) : option;
}

async function prepareOptions(own: readonly { listed: ListedOption; option: Option }[], options: TaskOptions, shell: Shell): Promise<Required<Prepared>> {
  const all: Required<Prepared> = { input: {}, run: {}, load: {} };
  for (const { listed, option } of own) {
    const value = options[option.attributeName()];
    if (value === undefined || value === false) continue;
    const { input, run, load } = await listed.prepare(Array.isArray(value) ? value : [], { readText: (file) => readText(file, shell), signal: shell.signal });
    Object.assign(all.input, input);
    Object.assign(all.run, run);
    Object.assign(all.load, load);
  }
  return all;
}

async function readInputs(task: ListedTask, typed: string[], { json, check, out }: TaskOptions, shell: Shell): Promise<Jobs> {
  if (task.argument !== undefined) {
    const [text] = typed;
    return { jobs: [{ name: 'the text', input: { [task.argument]: text === undefined || text === '-' ? (await readText('-', shell)).trim() : text }, out }], isMany: false };
  }
  if (typeof check === 'string' && typed.length === 0 && shell.stdin.isTTY) throw new TaskError('invalid_input', `Name the source of "${check}" too: glm-tasks ${commandOf(task)} SOURCE --check ${check}`, { details: { field: 'check' } });
  return readJobs(task, typed, { out: typeof check === 'string' ? check : out, writes: check === undefined, quiet: json === true, shell });
}

async function readTyped(typed: string, shell: Shell): Promise<string> {
  return typed.length > 1 && typed.startsWith('@') ? readText(typed.slice(1), shell) : typed;
}

// The task checks its input too, but only here can the message name the flag, and no model has been loaded for nothing yet.
function refuseUnfit(schema: z.ZodType, input: Record<string, unknown>, flags: Flag[], name: string): void {
  const issue = schema.safeParse(input).error?.issues[0];
  if (issue === undefined) return;
  const flag = flags.find(({ property }) => property === issue.path[0])?.option.long;
  throw new TaskError('invalid_input', `${flag ?? nameOf(issue.path, input, name)}: ${issue.message}`, { details: { field: issue.path.join('.') } });
}

/** The file that a document came from, or the property that no flag sets. */
function nameOf([property, index]: PropertyKey[], { documents }: Record<string, unknown>, name: string): string {
  const document: unknown = property === 'documents' && Array.isArray(documents) ? documents[Number(index)] : undefined;
  if (document !== undefined) return (document as { id: string }).id;
  return property === 'text' || property === undefined ? name : `--${String(property)}`;
}
