import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { TaskError, isTaskError } from '@glm-tasks/core';
import type { Generated, Message, Part, RunOptions } from '@glm-tasks/core';
import { readText } from './read-text.ts';
import { paint } from './shell.ts';
import type { Shell } from './shell.ts';
import { addCommand, addModelOptions } from './subcommand.ts';
import type { CommonOptions } from './subcommand.ts';
import { useModel } from './use-model.ts';
import type { ModelChoice } from './use-model.ts';

interface GenerateOptions extends CommonOptions, ModelChoice, Omit<RunOptions, 'json'> {
  file?: string;
  system?: string;
}

/** glm-tasks generate: a prompt in, the model's text out as it appears. */
export function addGenerate(program: Command, shell: Shell): void {
  const command = addCommand(program, 'generate', {
    description: 'Answer a prompt',
    examples: [
      'glm-tasks generate "Write a haiku about rain."',
      'glm-tasks generate --file prompt.txt --max-tokens 200',
      'git diff | glm-tasks generate --system "Write a commit message for this change."',
    ],
  });
  addModelOptions(command)
    .argument('[prompt]', 'the prompt; - or none reads standard input')
    .option('-f, --file <path>', 'read the prompt from a file')
    .option('--system <text>', 'instructions that stand before the prompt')
    .option('--max-tokens <n>', 'new tokens at most', readNumber)
    .option('--temperature <n>', '0 always takes the likeliest token (default: 0)', readNumber)
    .option('--top-k <n>', 'choose among the k likeliest tokens', readNumber)
    .option('--top-p <n>', 'choose among the likeliest tokens that together reach this probability', readNumber)
    .option('--min-p <n>', 'choose among tokens at least this share as likely as the likeliest', readNumber)
    .option('--repetition-penalty <n>', 'make tokens that occurred less likely (1 = off)', readNumber)
    .option('--seed <n>', 'make sampling repeatable', readNumber)
    .option('--stop <text...>', 'end before any of these texts')
    .action((prompt: string | undefined, options: GenerateOptions) => generate(prompt, options, shell));
}

async function generate(argument: string | undefined, options: GenerateOptions, shell: Shell): Promise<void> {
  const { json, model: _model, offline: _offline, debug: _debug, file, system, ...run } = options;
  const prompt = await readPrompt(argument, file, shell);
  const messages: Message[] = [{ role: 'user', content: prompt }];
  if (system !== undefined) messages.unshift({ role: 'system', content: system });

  await useModel(shell, options, async (model) => {
    const generated = json
      ? await model.generate(messages, { ...run, signal: shell.signal })
      : await printStream(model.stream(messages, { ...run, signal: shell.signal }), shell);
    if (json) shell.stdout.write(`${JSON.stringify(generated)}\n`);
    if (generated.finishReason === 'length') {
      shell.stderr.write(`${paint(shell, 'yellow', 'cut off')}: the token limit was reached (see --max-tokens)\n`);
    }
  });
}

/** Prints each piece as it comes. A failure after the first piece carries the text, as that of `model.generate` does. */
async function printStream(parts: AsyncIterable<Part>, { stdout }: Shell): Promise<Pick<Generated, 'finishReason'>> {
  let text = '';
  let finishReason: Generated['finishReason'] = 'stop';
  try {
    for await (const part of parts) {
      if (part.type === 'end') finishReason = part.finishReason;
      else {
        text += part.text;
        stdout.write(part.text);
      }
    }
  } catch (error) {
    if (!isTaskError(error) || text === '') throw error;
    stdout.write('\n');
    throw new TaskError(error.code, error.message, { details: error.details, partial: text, cause: error });
  }
  if (!text.endsWith('\n')) stdout.write('\n');
  return { finishReason };
}

async function readPrompt(argument: string | undefined, file: string | undefined, shell: Shell): Promise<string> {
  if (argument !== undefined && file !== undefined) {
    throw new TaskError('invalid_input', 'Give the prompt either as text or with --file, not both.');
  }
  if (argument !== undefined && argument !== '-') return argument;
  return await readText(file ?? argument, shell);
}

function readNumber(typed: string): number {
  const value = Number(typed);
  if (typed.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}
