import type { Command } from 'commander';
import { TaskError } from '@glm-tasks/core';
import { diagnose } from './diagnose.ts';
import type { Finding } from './diagnose.ts';
import type { Shell } from './shell.ts';
import { addCommand } from './subcommand.ts';
import type { CommonOptions } from './subcommand.ts';
import { version } from './version.ts';

/** glm-tasks doctor: what this machine has and lacks, in a form that can be pasted into a bug report. */
export function addDoctor(program: Command, shell: Shell): void {
  const command = addCommand(program, 'doctor', {
    description: 'Show what this machine has and what is missing',
    examples: ['glm-tasks doctor', 'glm-tasks doctor --offline --json'],
  });
  command.option('--offline', 'do not try to reach the Hub').action(async (options: CommonOptions & { offline?: boolean }) => {
    const findings = await diagnose(shell, options.offline === true);
    if (options.json) shell.stdout.write(`${JSON.stringify({ version: version(), findings })}\n`);
    else printFindings(findings, shell);
    const failed = findings.filter(({ status }) => status === 'fail').map(({ name }) => name);
    if (failed.length > 0) throw new TaskError('engine_missing', `No model can run on this machine as it is: ${failed.join(', ')}.`);
  });
}

function printFindings(findings: Finding[], { stdout }: Shell): void {
  stdout.write(`glm-tasks ${version()}\n`);
  for (const { name, status, text, hint } of findings) {
    stdout.write(`${mark[status]} ${name.padEnd(8)} ${text}\n`);
    if (hint !== undefined) stdout.write(`${' '.repeat(14)}${hint}\n`);
  }
}

const mark = { ok: 'ok  ', warn: 'note', fail: 'FAIL' };
