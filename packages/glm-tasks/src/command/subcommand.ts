import type { Command } from 'commander';

/** What every command takes. */
export interface CommonOptions {
  json?: boolean;
  debug?: boolean;
}

/** A command with the options that all share, and with its examples and the way to more help under its help. */
export function addCommand(
  program: Command,
  name: string,
  { description, examples }: { description: string; examples: readonly string[] },
): Command {
  return program
    .command(name)
    .description(description)
    .option('--json', 'print one JSON document instead of text; errors become JSON too')
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`);
}

/** Options of the commands that run a model. */
export function addModelOptions(command: Command): Command {
  return command
    .option('-m, --model <name>', 'catalog id, .gguf file or converted folder (default: GLM_TASKS_MODEL, or the 1.5B model)')
    .option('--offline', 'use only what is on this machine');
}
