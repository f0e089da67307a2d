import { Command } from 'commander';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { flagsOf } from './flags.ts';

const input = z.object({
  text: z.string(),
  length: z.union([z.enum(['short', 'long']), z.number(), z.object({ words: z.number() })]).default('short').describe('how long'),
  focus: z.string().optional(),
  keepNames: z.boolean().optional(),
  terms: z.array(z.string()).optional(),
});

function parse(...argv: string[]): Record<string, unknown> {
  const flags = flagsOf(input);
  const command = new Command().exitOverride();
  for (const { option } of flags) command.addOption(option);
  const options: Record<string, string | true | undefined> = command.parse(argv, { from: 'user' }).opts();
  return Object.fromEntries(
    flags.flatMap(({ property, option, read }) => {
      const typed = options[option.attributeName()];
      return typed === undefined ? [] : [[property, read(typed)]];
    }),
  );
}

test('each property but the text is a flag, with its values, description and default', () => {
  const help = flagsOf(input).map(({ option }) => `${option.flags}: ${option.description}`);
  expect(help).toEqual([
    '--length <value>: how long: short|long|NUMBER|words=NUMBER (default: short)',
    '--focus <value>: TEXT',
    '--keep-names: ',
    '--terms <value>: JSON',
  ]);
});

test('a value is text where text is taken, and JSON where it is not', () => {
  expect(parse('--length', 'long', '--focus', '2024')).toEqual({ length: 'long', focus: '2024' });
  expect(parse('--length', '120')).toEqual({ length: 120 });
  expect(parse('--length', '{"words": 80}', '--terms', '["GLM"]')).toEqual({ length: { words: 80 }, terms: ['GLM'] });
  expect(parse('--length', 'words=80')).toEqual({ length: { words: 80 } });
  expect(parse('--keep-names')).toEqual({ keepNames: true });
});

test('what fits nothing is handed on as typed, for the task to refuse', () => {
  expect(parse('--length', 'huge')).toEqual({ length: 'huge' });
});
