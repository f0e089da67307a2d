import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeShell, type FakeShellOptions } from '../testing/fake-shell.ts';
import { runCommand } from './run-command.ts';

let root: string;
const at = (...names: string[]): string => join(root, ...names);
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'glm-tasks-folder-'));
  await mkdir(at('docs', 'deep'), { recursive: true });
  await writeFile(at('docs', 'a.md'), '# The bridge\n\nThe bridge is **open** again today.\n');
  await writeFile(at('docs', 'deep', 'b.json'), '{ "open": "The bridge is open." }\n');
  await writeFile(at('docs', 'logo.png'), 'x');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const reply: NonNullable<FakeShellOptions['reply']> = ({ prompt }) => {
  const source = Array.isArray(prompt) ? (prompt as { content: string }[]).at(-1)?.content.split('\n\n').at(-1) : '';
  return source?.includes('**') || source?.includes('[[') ? '大桥今天又[[1]]开放[[2]]了。' : source?.includes('today') ? '大桥今天又<1>开放</1>了。' : source?.includes('open') ? '大桥开放了。' : '大桥';
};
async function translate(argv: string[], options: FakeShellOptions = {}) {
  const shell = fakeShell({ reply, ...options });
  const code = await runCommand(['translate', ...argv], shell);
  return { code, output: shell.output(), messages: shell.messages(), loaded: shell.loaded };
}
const wait = (...names: string[]) => readFile(at(...names), 'utf8');

test('a folder goes into a folder, and a table tells what became of each file', async () => {
  const { code, output, messages } = await translate([at('docs'), '--to', 'zh', '--out', at('zh')]);
  expect([code, output]).toEqual([0, '']);
  expect(await wait('zh', 'a.md')).toBe('# 大桥\n\n大桥今天又**开放**了。\n');
  expect(await wait('zh', 'deep', 'b.json')).toBe('{ "open": "大桥开放了。" }\n');
  expect(messages).toContain('logo.png: not a file of text');
  expect(messages).toMatch(/^file +segments {2}translated$/m);
  expect(messages).toMatch(/a\.md +2 +2$/m);
  expect(messages).toMatch(/^2 files +3 +3$/m);
});

test('what fails is named, the other files are written, and the end is 3', async () => {
  await writeFile(at('docs', 'broken.json'), '{ "a": \n');
  await writeFile(at('docs', 'c.txt'), 'Nobody knows the answer.');
  const { code, messages } = await translate([at('docs'), '--to', 'zh', '--out', at('zh')], { reply: (request) => (JSON.stringify(request.prompt).includes('Nobody') ? 'Nobody knows the answer.' : reply(request)) });
  expect(code).toBe(3);
  expect(messages).toMatch(/broken\.json +The JSON is not valid at line/);
  expect(messages).toMatch(/error output_invalid: 2 of 4 files are not complete: \S+broken\.json, \S+c\.txt/);
  expect(await wait('zh', 'a.md')).toContain('大桥');
  expect(await wait('zh', 'c.txt')).toBe('Nobody knows the answer.');
});

test('several files without a folder for them are refused before a model is loaded, but may be one JSON document', async () => {
  const refused = await translate([at('docs'), '--to', 'zh']);
  expect(refused).toMatchObject({ code: 2, loaded: [] });
  expect(refused.messages).toContain('--out FOLDER');
  const { code, output } = await translate([at('docs'), '--to', 'zh', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ files: [{ file: at('docs', 'a.md'), result: { status: 'complete' } }, { file: at('docs', 'deep', 'b.json') }] });
});

test('a glossary is read from a file, several times over; one that is none names its line', async () => {
  await writeFile(at('terms.csv'), 'bridge,桥梁\n');
  await writeFile(at('more.json'), '{ "today": "今日" }');
  const { code, output, messages } = await translate([at('docs', 'a.md'), '--to', 'zh', '--glossary', at('terms.csv'), '--glossary', at('more.json'), '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(output).segments[1].issues.join()).toMatch(/"bridge".*"today"/);
  expect(messages).toBe('');
  await writeFile(at('terms.csv'), 'bridge,桥梁\nferry\n');
  expect(await translate([at('docs', 'a.md'), '--to', 'zh', '--glossary', at('terms.csv')])).toMatchObject({ code: 2, loaded: [], messages: expect.stringContaining('line 2') });
});

test('--check needs no model: good, to be looked at, broken, missing', async () => {
  await translate([at('docs'), '--to', 'zh', '--out', at('zh')]);
  const good = await translate([at('docs'), '--to', 'zh', '--check', at('zh')]);
  expect(good).toMatchObject({ code: 0, output: '', loaded: [] });
  await writeFile(at('terms.csv'), 'bridge,桥梁\n');
  const doubtful = await translate([at('docs', 'a.md'), '--check', at('zh', 'a.md'), '--glossary', at('terms.csv')]);
  expect(doubtful).toMatchObject({ code: 0, output: expect.stringContaining('look at: line 1: "bridge" is not translated as "桥梁"') });
  await writeFile(at('zh', 'a.md'), '# 大桥\n\nThe bridge is open again today.\n');
  await rm(at('zh', 'deep'), { recursive: true });
  const broken = await translate([at('docs'), '--to', 'zh', '--out', at('zh'), '--check']);
  expect(broken.code).toBe(1);
  expect(broken.output).toMatch(/a\.md: broken: line 3: /);
  expect(broken.output).toMatch(/b\.json: broken: .*there is no such file/);
  const asJson = await translate([at('docs'), '--to', 'zh', '--check', at('zh'), '--json']);
  expect(asJson.code).toBe(1);
  expect(JSON.parse(asJson.output).files.map(({ status }: { status: string }) => status)).toEqual(['broken', 'broken']);
});

test.each([
  ['no language', ['docs/a.md'], '--to: give a language tag'],
  ['nothing to check against', ['docs/a.md', '--to', 'zh', '--check'], 'name what exists'],
  ['a language nobody knows', ['docs/a.md', '--to', 'xx', '--check', 'docs/a.md'], 'no standard knows'],
  ['the source as result', ['docs/a.md', '--to', 'zh', '--out', 'docs/a.md'], 'written over'],
  ['no such file', ['docs/none.md', '--to', 'zh'], 'there is no such file'],
  ['a binary file by name', ['picture.bin', '--to', 'zh'], 'cannot be read as text'],
])('%s is refused before a model is loaded', async (_name, argv, message) => {
  await writeFile(at('picture.bin'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0xff]));
  const { code, messages, loaded } = await translate(argv.map((word) => (/[./]/.test(word) ? at(word) : word)));
  expect(messages).toContain(message);
  expect([code, loaded]).toEqual([2, []]);
});

test('a binary file of a pattern is passed over', async () => {
  await writeFile(at('docs', 'logo.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0xff]));
  const { code, messages } = await translate([at('docs', '*'), '--to', 'zh', '--out', at('zh')]);
  expect(code).toBe(0);
  expect(messages).toMatch(/passed over .*logo\.png/);
});

test('several files of a task that reads documents are one result', async () => {
  const shell = fakeShell({ reply: () => 'The bridge opened on 3 May.' });
  await writeFile(at('docs', 'c.txt'), 'The bridge opened on 3 May. It cost 40 million.');
  expect(await runCommand(['summarize', at('docs'), '--out', at('summary.txt')], shell)).toBe(0);
  expect(await wait('summary.txt')).toContain('The bridge opened');
  expect(shell.messages()).toContain('b.json: not a file of text');
});
