import { isTaskError, TaskError } from '@glm-tasks/core';
import { z } from 'zod';
import type { ListedTask } from '../tasks.ts';
import { findFiles, type FoundFile } from './folder-files.ts';
import { planOutputs } from './folder-output.ts';
import { readDocumentText, readText } from './read-text.ts';
import { paint } from './shell.ts';
import type { Shell } from './shell.ts';

/** One run of a task. */
export interface Job {
  /** For messages. */
  name: string;
  input: Record<string, unknown>;
  /** Where its result goes; undefined for standard output. */
  out: string | undefined;
}

export interface Jobs {
  jobs: Job[];
  isMany: boolean;
}

/** Whether several files are one input. */
export function takesDocuments({ input }: Pick<ListedTask, 'input'>): boolean {
  return input instanceof z.ZodObject && 'documents' in input.shape;
}

/** A job a file, or one of all files where the task takes documents. What a folder or pattern found and is no text is passed over, with a note; `writes`: nothing is written over a source. */
export async function readJobs(task: ListedTask, typed: readonly string[], { out, writes, quiet, shell }: { out: string | undefined; writes: boolean; quiet: boolean; shell: Shell }): Promise<Jobs> {
  const isOne = takesDocuments(task);
  const found = typed.length === 0 ? { files: [{ path: undefined, below: 'output.txt', isNamed: true }], isMany: false, passedOver: [] } : await findFiles(typed, { endings: task.endings, except: isOne ? undefined : out });
  const outputs = out === undefined ? [] : await planOutputs(isOne ? { ...found, files: found.files.slice(0, 1), isMany: false } : found, out, writes);
  const passedOver = found.passedOver.map((path) => `${path}: not a file of text, by its name`);
  const read: { file: FoundFile; input: Record<string, unknown>; out: string | undefined }[] = [];
  for (const [index, file] of found.files.entries()) {
    try {
      read.push({ file, input: await readInput(task, file.path, shell, quiet), out: outputs[index] });
    } catch (error) {
      if (file.isNamed || !isTaskError(error) || error.code !== 'invalid_input') throw error;
      passedOver.push(error.message);
    }
  }
  if (!quiet) notePassedOver(passedOver, shell);
  if (read.length === 0) throw new TaskError('invalid_input', `None of the ${found.files.length} files is a text.`, { details: { passedOver } });
  if (!isOne) return { jobs: read.map(({ file, ...job }) => ({ ...job, name: nameOf(file) })), isMany: found.isMany };
  const [first] = read as [(typeof read)[number]];
  const input = read.length === 1 ? first.input : { documents: read.map(({ file, input }) => ({ id: nameOf(file), text: input['text'] })) };
  return { jobs: [{ name: nameOf(first.file), input, out: outputs[0] }], isMany: false };
}

const LISTED = 8;

/** A folder of code has hundreds. */
function notePassedOver(lines: readonly string[], shell: Shell): void {
  const more = lines.length > LISTED + 1 ? [`${lines.length - LISTED} more files`] : [];
  for (const line of [...lines.slice(0, more.length > 0 ? LISTED : lines.length), ...more]) shell.stderr.write(`${paint(shell, 'dim', `passed over ${line}`)}\n`);
}

async function readInput(task: ListedTask, path: string | undefined, shell: Shell, quiet: boolean): Promise<Record<string, unknown>> {
  if (!task.detectFormat) return { text: await readDocumentText(path, shell, { quiet }) };
  const text = await readText(path, shell);
  return { text, format: task.detectFormat(path, text) };
}

function nameOf({ path }: FoundFile): string {
  return path ?? 'standard input';
}
