import { isTaskError, TaskError } from '@glm-tasks/core';
import type { ListedRun, ListedTask } from '../tasks.ts';
import type { Job, Jobs } from './folder-jobs.ts';
import { placeFile, replaceFile } from './folder-output.ts';
import { printTable, type TableRow } from './folder-table.ts';
import { paint } from './shell.ts';
import type { Shell } from './shell.ts';
import { createTaskProgress } from './task-progress.ts';

/**
 * Runs a task on each job. One result goes to standard output as it comes, or to its file; of several each goes to its file, and with `json` all to
 * standard output in one document. Ends with a table where the task has numbers for it, and throws where a result is not complete.
 */
export async function runJobs(task: ListedTask, { jobs, isMany }: Jobs, run: ListedRun, shell: Shell, json: boolean): Promise<void> {
  const results: { file: string; out?: string | undefined; result?: unknown; error?: string }[] = [];
  for (const [index, job] of jobs.entries()) {
    const prefix = isMany ? `${job.name} (${index + 1} of ${jobs.length}), ` : '';
    try {
      const result = await (isMany ? runToFile(task, job, run, shell, prefix, json) : runAlone(task, job, run, shell, json));
      results.push({ file: job.name, out: job.out, result });
    } catch (error) {
      // A file that is not of its format says nothing of the others; an engine that fails does.
      if (!isMany || !isTaskError(error) || error.code !== 'invalid_input') throw error;
      results.push({ file: job.name, error: error.message });
    }
  }
  if (isMany && json) shell.stdout.write(`${JSON.stringify({ files: results })}\n`);
  if (!json) {
    for (const { file, result } of results) printWarnings(result, isMany ? `${file}: ` : '', shell);
    const rows = results.map(({ file, result, error }): TableRow => ({ file, tally: error ?? task.tally?.(result) ?? '' }));
    if (task.tally) printTable(rows, shell);
  }
  refuseIncomplete(results, isMany);
}

/** Its text (or with `json` the result) as it comes, or to a file at the end. */
async function runAlone(task: ListedTask, { input, out }: Job, run: ListedRun, shell: Shell, json: boolean): Promise<unknown> {
  const { text, result } = await follow(task, input, run, shell, { prefix: '', quiet: json, onText: json || out !== undefined ? undefined : (delta) => shell.stdout.write(delta) });
  // A task without running text (its result is a structure) has only JSON to show.
  const described = json ? undefined : task.describe?.(result);
  const end = described === undefined || described === '' ? '' : `${described}\n`;
  const written = json ? `${JSON.stringify(result)}\n` : text === '' && end === '' ? `${JSON.stringify(result, null, 2)}\n` : endLine(text) + end;
  if (out !== undefined) await replaceFile(out, end === '' && !json && text !== '' ? text : written);
  else shell.stdout.write(json || text === '' ? written : written.slice(text.length));
  return result;
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

async function runToFile(task: ListedTask, { input, out }: Job, run: ListedRun, shell: Shell, prefix: string, json: boolean): Promise<unknown> {
  const { text, result } = await follow(task, input, run, shell, { prefix, quiet: json });
  if (out !== undefined) await placeFile(out, text === '' && input['text'] !== '' ? `${JSON.stringify(result, null, 2)}\n` : text);
  return result;
}

async function follow(task: ListedTask, input: unknown, run: ListedRun, shell: Shell, { prefix, quiet, onText }: { prefix: string; quiet: boolean; onText?: ((delta: string) => void) | undefined }): Promise<{ text: string; result: unknown }> {
  const progress = createTaskProgress(shell);
  let text = '';
  let result: unknown;
  try {
    for await (const event of task.stream(input, run)) {
      if (event.type === 'text-delta') {
        if (onText) progress.end();
        onText?.(event.text);
        text += event.text;
      } else if (event.type === 'progress' && !quiet) progress.show({ ...event, stage: `${prefix}${event.stage}` });
      else if (event.type === 'result') result = event.result;
    }
  } finally {
    progress.end();
  }
  return { text, result };
}

/** The first warning of an incomplete result is its error. */
function printWarnings(result: unknown, prefix: string, shell: Shell): void {
  const warnings = warningsOf(result).slice(prefix === '' && isIncomplete(result) ? 1 : 0);
  for (const warning of warnings) shell.stderr.write(`${paint(shell, 'yellow', 'warning')} ${prefix}${warning}\n`);
}

function refuseIncomplete(results: { file: string; result?: unknown; error?: string }[], isMany: boolean): void {
  const incomplete = results.filter(({ result, error }) => error !== undefined || isIncomplete(result));
  if (incomplete.length === 0) return;
  if (!isMany) throw new TaskError('output_invalid', warningsOf(incomplete[0]?.result)[0] ?? 'The result is incomplete.', { partial: incomplete[0]?.result });
  const names = incomplete.map(({ file }) => file);
  throw new TaskError('output_invalid', `${names.length} of ${results.length} files are not complete: ${names.join(', ')}`, { partial: { incomplete: names } });
}

/** A task that could not do all of its work says so; what it did is in the result. */
function isIncomplete(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'status' in result && result.status === 'incomplete';
}

function warningsOf(result: unknown): string[] {
  const warnings = typeof result === 'object' && result !== null && 'warnings' in result ? result.warnings : [];
  return Array.isArray(warnings) ? warnings.map(String) : [];
}
