import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TaskError } from '@glm-tasks/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { tasks } from '../tasks.ts';
import { fakeShell } from '../testing/fake-shell.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glm-tasks-command-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('generate prints the text alone on stdout', async () => {
  const shell = fakeShell({ reply: () => 'A haiku.' });
  expect(await runCommand(['generate', 'Write a haiku.'], shell)).toBe(0);
  expect(shell.output()).toBe('A haiku.\n');
  expect(shell.loaded).toEqual(['qwen2.5-coder-1.5b-instruct']);
});

test('the prompt may come from standard input or a file, and the model from a flag or the environment', async () => {
  const echo = ({ prompt }: { prompt: unknown }): string => JSON.stringify(prompt);
  const file = join(folder, 'prompt.txt');
  await writeFile(file, '从文件来');
  const runs: [string[], string, string][] = [
    [['generate', '-'], '从管道来', 'small'],
    [['generate'], '从管道来', 'small'],
    [['generate', '--file', file, '-m', 'other'], '从文件来', 'other'],
  ];
  for (const [argv, prompt, model] of runs) {
    const shell = fakeShell({ stdin: '从管道来', reply: echo, env: { GLM_TASKS_MODEL: 'small' } });
    expect(await runCommand(argv, shell)).toBe(0);
    expect(JSON.parse(shell.output())).toEqual([{ role: 'user', content: prompt }]);
    expect(shell.loaded).toEqual([model]);
  }
});

test('generate --json prints one document', async () => {
  const shell = fakeShell({ reply: () => 'one two three' });
  expect(await runCommand(['generate', 'count', '--json', '--max-tokens', '3'], shell)).toBe(0);
  expect(JSON.parse(shell.output())).toMatchObject({ text: 'one two', finishReason: 'length', usage: { outputTokens: 3 } });
  expect(shell.messages()).toContain('cut off');
});

test('every task of the list is a command that reads text and prints text', async () => {
  const needed: Record<string, string[]> = { translate: ['--to', 'en'], answer: ['--context', 'It cost 40 million.'], rewrite: ['--simpler'] };
  for (const { name, command = name } of tasks) {
    // What a story needs of a model is no single sentence; its own tests have it.
    if (name === 'write-story') continue;
    const flags = needed[name] ?? [];
    const said = name === 'rewrite' ? 'On 3 May the bridge was opened. The cost was 40 million.' : 'The bridge opened on 3 May.';
    const shell = fakeShell({ stdin: 'The bridge opened on 3 May. It cost 40 million.', reply: () => said });
    expect([command, await runCommand([...command.split(' '), '-', ...flags], shell)]).toEqual([command, 0]);
    expect(shell.output().trim()).not.toBe('');
    const asJson = fakeShell({ stdin: 'The bridge opened on 3 May. It cost 40 million.', reply: () => said });
    expect([command, await runCommand([...command.split(' '), '--json', ...flags], asJson)]).toEqual([command, 0]);
    expect(JSON.parse(asJson.output())).toBeTypeOf('object');
  }
});

test.each(['pull', 'models', 'generate', 'summarize', 'doctor'])('%s has help with examples', async (name) => {
  const shell = fakeShell();
  expect(await runCommand([name, '--help'], shell)).toBe(0);
  expect(shell.output()).toContain('Examples:');
  expect(shell.messages()).toBe('');
});

test('summarize takes its flags from the input of the task', async () => {
  const shell = fakeShell();
  expect(await runCommand(['summarize', '--help'], shell)).toBe(0);
  for (const flag of ['--length', '--format', '--language', '--focus', '--json', '--model']) expect(shell.output()).toContain(flag);
});

test('the help of a task explains every property of its input', async () => {
  for (const { name, command = name, input, options = [], argument } of tasks) {
    // These have a description of their own.
    const own = ['text', 'texts', 'documents', argument, ...options.map(({ flags }) => /--(\w+)/.exec(flags)?.[1])];
    const shell = fakeShell();
    await runCommand([...command.split(' '), '--help'], shell);
    const help = shell.output().replace(/\s+/g, ' ');
    const { properties = {} } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
    for (const [property, schema] of Object.entries(properties)) {
      const description = typeof schema === 'object' ? schema.description : undefined;
      expect([property, description]).toEqual([property, expect.stringMatching(/\w/)]);
      if (!own.includes(property)) expect(help).toContain(description);
    }
  }
});

test('several files are documents of one summary, and an empty one is named', async () => {
  const [monday, tuesday, empty] = ['monday.txt', 'tuesday.txt', 'empty.txt'].map((name) => join(folder, name)) as [string, string, string];
  await writeFile(monday, 'The bridge opened on 3 May. It cost 40 million.');
  await writeFile(tuesday, 'The school in Thun opens in August.');
  await writeFile(empty, ' ');
  const shell = fakeShell({ reply: () => 'The bridge opened on 3 May.' });
  expect(await runCommand(['summarize', monday, tuesday, '--json'], shell)).toBe(0);
  const { chunks } = JSON.parse(shell.output()) as { chunks: { source: string }[] };
  expect(chunks.map(({ source }) => source)).toEqual([monday, tuesday]);
  const refused = fakeShell();
  expect(await runCommand(['summarize', monday, empty], refused)).toBe(2);
  expect(refused.messages()).toContain(`${empty}: there is nothing to summarize in it`);
});

test('a value may come from a file, and what was paid for is remembered in one', async () => {
  const schema = join(folder, 'schema.json');
  const remembered = join(folder, 'remembered.txt');
  await writeFile(schema, JSON.stringify({ type: 'object', properties: { title: { type: 'string' } }, required: ['title'] }));
  const structured = fakeShell({ stdin: 'The bridge opened on 3 May.', reply: () => '{"title":"The bridge opened"}' });
  expect(await runCommand(['summarize', '--schema', `@${schema}`], structured)).toBe(0);
  expect(JSON.parse(structured.output())).toEqual({ title: 'The bridge opened' });
  for (const calls of [1, 0]) {
    const shell = fakeShell({ stdin: 'The bridge opened on 3 May. It cost 40 million.', reply: () => 'The bridge opened on 3 May.' });
    expect(await runCommand(['summarize', '--length', 'short', '--remember', remembered, '--json'], shell)).toBe(0);
    expect(JSON.parse(shell.output())).toMatchObject({ usage: { calls } });
  }
});

test('translate keeps the format of the file, writes where it is told, and ends with 3 where something could not be translated', async () => {
  const file = join(folder, 'strings.json');
  const out = join(folder, 'strings.zh.json');
  await writeFile(file, '{\n  "open": "The bridge is open.",\n  "id": 7\n}\n');
  const shell = fakeShell({ reply: () => '大桥开放了。' });
  expect(await runCommand(['translate', file, '--to', 'zh', '--out', out], shell)).toBe(0);
  expect(shell.output()).toBe('');
  expect(await readFile(out, 'utf8')).toBe('{\n  "open": "大桥开放了。",\n  "id": 7\n}\n');
  const failing = fakeShell({ reply: () => 'The bridge is open.' });
  expect(await runCommand(['translate', file, '--to', 'zh'], failing)).toBe(3);
  expect(failing.output()).toContain('The bridge is open.');
  expect(failing.messages()).toContain('could not be translated');
});

test('a result that cannot be written is an error, and leaves nothing behind', async () => {
  const shell = fakeShell({ stdin: 'The bridge opened on 3 May.', reply: () => 'The bridge opened on 3 May.' });
  expect(await runCommand(['summarize', '--out', join(folder, 'no', 'such', 'folder.txt')], shell)).toBe(2);
  expect(shell.messages()).toContain('Cannot write');
});

test('--plan says what a task would take, and does not run it', async () => {
  const shell = fakeShell({ stdin: 'The bridge opened on 3 May and the boats went by. '.repeat(400), reply: () => 'The bridge opened.' });
  expect(await runCommand(['summarize', '--plan'], shell)).toBe(0);
  expect(JSON.parse(shell.output())).toMatchObject({ calls: expect.any(Number), seconds: expect.any(Number) });
  expect(shell.output()).not.toContain('The bridge opened.');
});

test('progress of a task reads as a phrase', async () => {
  const long = 'The bridge opened on 3 May and the boats went by. '.repeat(400);
  const shell = fakeShell({ stdin: long, reply: () => 'The bridge opened on 3 May.' });
  expect(await runCommand(['summarize'], shell)).toBe(0);
  expect(shell.messages()).toMatch(/^reading: 1 of \d+$/m);
});

test.each([
  ['an unknown command', ['sumarize', 'x'], 'Did you mean summarize?'],
  ['an unknown flag', ['generate', 'x', '--maxtokens', '3'], "unknown option '--maxtokens'"],
  ['a number that is none', ['generate', 'x', '--max-tokens', 'many'], 'It must be a number.'],
  ['a missing file', ['summarize', 'no-such-file.txt'], 'there is no such file'],
  ['a missing file behind @', ['summarize', '-', '--focus', '@no-such-file.txt'], 'there is no such file'],
  ['a schema that is none', ['summarize', '-', '--schema', 'title'], '--schema: give a JSON Schema'],
  ['a value that the task refuses', ['summarize', '-', '--format', 'sonnet'], '--format: give "paragraph"'],
  ['two prompts', ['generate', 'x', '--file', 'y'], 'not both'],
])('%s is a usage error: exit code 2, no stack, empty stdout', async (_name, argv, message) => {
  const shell = fakeShell({ stdin: 'some text' });
  expect(await runCommand(argv, shell)).toBe(2);
  expect(shell.output()).toBe('');
  expect(shell.messages()).toContain(message);
  expect(shell.messages()).not.toMatch(/\n\s+at /);
  expect(shell.loaded).toEqual([]);
});

test('an empty text is refused before a model is loaded', async () => {
  const shell = fakeShell({ stdin: ' \n' });
  expect(await runCommand(['summarize'], shell)).toBe(2);
  expect(shell.messages()).toContain('the text');
  expect(shell.loaded).toEqual([]);
});

test.each([
  ['model_not_found', 4],
  ['integrity_failed', 5],
  ['overloaded', 6],
  ['engine_crashed', 1],
] as const)('%s ends with %i', async (code, exitCode) => {
  const onLoad = (): never => {
    throw new TaskError(code, 'It failed.', { details: { wanted: 'a' } });
  };
  const shell = fakeShell({ onLoad });
  expect(await runCommand(['generate', 'x'], shell)).toBe(exitCode);
  expect(shell.messages()).toBe(`error ${code}: It failed.\n`);

  const asJson = fakeShell({ onLoad });
  expect(await runCommand(['generate', 'x', '--json'], asJson)).toBe(exitCode);
  expect(JSON.parse(asJson.messages())).toMatchObject({ error: { code, message: 'It failed.', details: { wanted: 'a' } } });

  const debugged = fakeShell({ onLoad });
  await runCommand(['generate', 'x', '--debug'], debugged);
  expect(debugged.messages()).toMatch(/\n\s+at /);
});

test('an interrupt stops the work, keeps what was printed and ends with 130', async () => {
  const shell = fakeShell({
    reply: function* () {
      yield 'first ';
      shell.interrupt();
      yield 'never';
    },
  });
  expect(await runCommand(['generate', 'x'], shell)).toBe(130);
  expect(shell.messages()).toMatch(/^stopped: .+\n$/);
  expect(shell.output()).not.toContain('never');
});

test('a failure after some text is told apart: exit code 3', async () => {
  const shell = fakeShell({ onLoad: () => { throw new TaskError('engine_crashed', 'It died.', { partial: 'half' }); } });
  expect(await runCommand(['generate', 'x'], shell)).toBe(3);
});

test('colour only where it is wanted', async () => {
  const run = async (options: Parameters<typeof fakeShell>[0]): Promise<string> => {
    const shell = fakeShell(options);
    await runCommand(['summarize', 'no-such-file.txt'], shell);
    return shell.messages();
  };
  expect(await run({ columns: 80 })).toContain('\u001B[31merror');
  expect(await run({ columns: 80, env: { NO_COLOR: '1' } })).not.toContain('\u001B');
  expect(await run({})).not.toContain('\u001B');
});
