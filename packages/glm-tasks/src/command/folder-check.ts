import { isTaskError, TaskError } from '@glm-tasks/core';
import type { ListedCheck, ListedTask } from '../tasks.ts';
import type { Job } from './folder-jobs.ts';
import { printTable } from './folder-table.ts';
import { readText } from './read-text.ts';
import { paint } from './shell.ts';
import type { Shell } from './shell.ts';

/** Holds what exists against its sources: each issue a line on stdout, a table on stderr. Throws `output_invalid` where something is broken. */
export async function checkJobs(task: Pick<ListedTask, 'check'>, jobs: readonly Job[], shell: Shell, json: boolean): Promise<void> {
  const checked: { file: string; existing: string; status: 'good' | 'doubtful' | 'broken'; issues: ListedCheck['issues']; tally: ListedCheck['tally'] | undefined }[] = [];
  for (const { name, input, out } of jobs) {
    if (out === undefined) throw new TaskError('invalid_input', 'There is nothing to check against: name what exists behind --check or with --out.', { details: { field: 'check' } });
    const { issues, tally } = await checkOne(task, input, out, shell);
    checked.push({ file: name, existing: out, status: issues.some(({ isBroken }) => isBroken) ? 'broken' : issues.length > 0 ? 'doubtful' : 'good', issues, tally });
  }
  if (json) shell.stdout.write(`${JSON.stringify({ files: checked })}\n`);
  else {
    for (const { existing, issues } of checked) {
      for (const { place, message, isBroken } of issues) {
        shell.stdout.write(`${existing}: ${isBroken ? paint(shell, 'red', 'broken') : paint(shell, 'yellow', 'look at')}: ${place === '' ? '' : `${place}: `}${message}\n`);
      }
    }
    printTable(checked.map(({ existing, tally }) => ({ file: existing, tally: tally ?? 'cannot be checked' })), shell);
  }
  const broken = checked.filter(({ status }) => status === 'broken').map(({ existing }) => existing);
  if (broken.length > 0) throw new TaskError('output_invalid', `${broken.length} of ${checked.length} files ${broken.length === 1 ? 'is' : 'are'} broken: ${broken.join(', ')}`, { details: { broken } });
}

/** What cannot be read or parsed is an issue like others: the rest is checked too. */
async function checkOne({ check }: Pick<ListedTask, 'check'>, input: Record<string, unknown>, existing: string, shell: Shell): Promise<{ issues: ListedCheck['issues']; tally?: ListedCheck['tally'] }> {
  try {
    return check?.(input, await readText(existing, shell)) ?? { issues: [] };
  } catch (error) {
    const { field, reason } = (isTaskError(error) ? error.details : undefined) as { field?: string; reason?: string } ?? {};
    if (!isTaskError(error) || error.code !== 'invalid_input' || field !== undefined || reason !== undefined) throw error;
    return { issues: [{ place: '', message: error.message, isBroken: true }] };
  }
}
