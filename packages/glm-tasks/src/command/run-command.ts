import { Command, CommanderError } from 'commander';
import { tasks } from '../tasks.ts';
import { addChat } from './chat.ts';
import { addConvert } from './convert.ts';
import { addDoctor } from './doctor.ts';
import { exitCodeHelp } from './exit-code.ts';
import { addGenerate } from './generate.ts';
import { addModels } from './models.ts';
import { addPull } from './pull.ts';
import { reportError } from './report-error.ts';
import type { Shell } from './shell.ts';
import { addTaskCommand } from './task-command.ts';
import { version } from './version.ts';

const usageExitCode = 2;

/** Runs `glm-tasks` with these arguments and gives its exit code; never throws. */
export async function runCommand(argv: readonly string[], shell: Shell): Promise<number> {
  try {
    await createProgram(shell).parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    // commander has printed its own message; help and version arrive here too, with exit code 0
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode;
    return reportError(error, shell, { json: argv.includes('--json'), debug: argv.includes('--debug') });
  }
}

function createProgram(shell: Shell): Command {
  const program = new Command('glm-tasks')
    .description('Dependable text tasks on small language models, on your own CPU')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.stdout.write(text),
      writeErr: (text) => shell.stderr.write(text),
    })
    .showHelpAfterError('(add --help for the usage)')
    .addHelpText('after', helpEnd);
  addPull(program, shell);
  addModels(program, shell);
  addConvert(program, shell);
  addGenerate(program, shell);
  for (const task of tasks) addTaskCommand(program, task, shell);
  addChat(program, shell);
  addDoctor(program, shell);
  return program;
}

const helpEnd = `
Examples:
  $ glm-tasks pull                       fetch and convert the default model (1.1 GB), once
  $ glm-tasks summarize report.txt       a summary of a text of any length
  $ glm-tasks generate "Say hello."      an answer to a prompt
  $ glm-tasks doctor                     what this machine has, for a bug report

${exitCodeHelp}`;
