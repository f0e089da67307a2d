import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKnowledge } from '@glm-tasks/answer';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeShell } from '../testing/fake-shell.ts';
import type { FakeShell, FakeShellOptions } from '../testing/fake-shell.ts';
import { addChat } from './chat.ts';

let folder: string;
let faq: string;
let desk: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glm-tasks-chat-'));
  faq = join(folder, 'faq.json');
  desk = join(folder, 'desk.json');
  await writeFile(faq, JSON.stringify([{ question: '包邮吗？', answer: '满九十九元包邮。' }]));
  await writeFile(desk, JSON.stringify({ handover: { keywords: ['过敏'] }, texts: { zh: { greeting: '欢迎光临。' } } }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(argv: string[], options: FakeShellOptions): Promise<FakeShell> {
  const shell = fakeShell(options);
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  addChat(program, shell);
  await program.parseAsync(['chat', ...argv], { from: 'user' });
  return shell;
}

test('a line a turn, until the end of the input or /quit', async () => {
  const shell = await run(['--knowledge', faq, '--desk', desk, '--quotes'], { stdin: '你好\n\n包邮吗？\n我过敏了\n/quit\n包邮吗？\n' });
  expect(shell.output()).toBe('欢迎光临。\n满九十九元包邮。\n好的，正在为您转接人工客服，请稍候。\n');
  expect(shell.messages()).toContain('faq.json 5-13: 满九十九元包邮。');
  expect(shell.messages()).toMatch(/ticket [\w-]+ \(keyword\)/);
});

test('--json prints one reply a line', async () => {
  const shell = await run(['-k', faq, '--json'], { stdin: '包邮吗？\n谢谢' });
  const replies = shell.output().trim().split('\n').map((line) => JSON.parse(line));
  expect(replies).toMatchObject([{ status: 'answered', turn: 1, quotes: [{ source: 'faq.json' }] }, { status: 'answered', turn: 2 }]);
});

test('a saved knowledge is loaded', async () => {
  const path = join(folder, 'shop.knowledge');
  await (await createKnowledge([{ source: 'a', text: JSON.stringify([{ question: '在哪里？', answer: '在杭州。' }]), kind: 'json' }])).save(path);
  expect((await run(['-k', path], { stdin: '在哪里？' })).output()).toBe('在杭州。\n');
});

test('what is missing or wrong is said before a model is loaded', async () => {
  await expect(run([], {})).rejects.toThrow(/--knowledge/);
  await expect(run(['-k', join(folder, 'none.json')], {})).rejects.toThrow(/no such file/);
  await expect(run(['-k', faq, '--desk', faq], {})).rejects.toThrow(/faq\.json": .*object/);
});
