import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeShell } from '../testing/fake-shell.ts';
import { readDocumentText, readText } from './read-text.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glm-tasks-read-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// "你好，世界" in the older Chinese encoding, as iconv writes it
const gb18030 = Uint8Array.of(0xc4, 0xe3, 0xba, 0xc3, 0xa3, 0xac, 0xca, 0xc0, 0xbd, 0xe7);
const utf16 = Buffer.from('\uFEFF你好', 'utf16le');
const page = '<!doctype html><title>Bridge</title><script>track()</script><p>It is <b>open</b>.';

test('any well-formed text comes back as it is, from a file and from standard input, without a note', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      fc.pre(!text.startsWith('\uFEFF') && !text.includes('\0'));
      const file = join(folder, 'text.txt');
      await writeFile(file, text);
      const shell = fakeShell({ stdin: text });
      expect(await readText(file, shell)).toBe(text);
      expect(await readDocumentText(file, shell)).toBe(text);
      expect(await readText('-', shell)).toBe(text);
      expect(shell.messages()).toBe('');
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['zh.txt', gb18030, '你好，世界', 'as GB18030\n'],
  ['zh16.txt', utf16, '你好', 'as UTF-16LE\n'],
  ['page.html', page, 'Bridge\n\nIt is open.', 'as HTML: 19 of 81 characters are text\n'],
  ['page', Buffer.from(`\uFEFF${page}`, 'utf16le'), 'Bridge\n\nIt is open.', 'as UTF-16LE, HTML: 19 of 81 characters are text\n'],
  ['clip.srt', '1\n00:00:01,000 --> 00:00:02,000\nIt is open.', 'It is open.', 'as subtitles: 11 of 43 characters are text\n'],
  ['note.md', '# A\n', '# A\n', 'as Markdown\n'],
])('%s is read, and a note says as what', async (name, content, text, note) => {
  const file = join(folder, name);
  await writeFile(file, content);
  const shell = fakeShell();
  expect(await readDocumentText(file, shell)).toBe(text);
  expect(shell.messages()).toBe(`read ${file} ${note}`);
  const quiet = fakeShell();
  expect(await readDocumentText(file, quiet, { quiet: true })).toBe(text);
  expect(quiet.messages()).toBe('');
});

test('standard input is told by its content; a prompt stays as it is', async () => {
  const shell = fakeShell({ stdin: page });
  expect(await readDocumentText('-', shell)).toBe('Bridge\n\nIt is open.');
  expect(shell.messages()).toContain('read standard input as HTML');
  expect(await readText(undefined, fakeShell({ stdin: page }))).toBe(page);
});

test('a task reads a page, and its JSON is the same as without a note', async () => {
  const file = join(folder, 'task.html');
  await writeFile(file, page);
  const shell = fakeShell({ reply: () => 'It is open.' });
  expect(await runCommand(['summarize', file], shell)).toBe(0);
  expect(shell.messages()).toContain('as HTML');
  const asJson = fakeShell({ reply: () => 'It is open.' });
  expect(await runCommand(['summarize', file, '--json'], asJson)).toBe(0);
  expect(JSON.parse(asJson.output())).toBeTypeOf('object');
  expect(asJson.messages()).not.toContain('as HTML');
});

test('what is no text is refused with its name and the way out', async () => {
  const file = join(folder, 'report.pdf');
  await writeFile(file, '%PDF-1.7\n');
  await expect(readText(file, fakeShell())).rejects.toThrowError(`${file} cannot be read as text: it is a PDF document`);
  await expect(readText('-', fakeShell({ stdin: Buffer.from('un café', 'latin1') }))).rejects.toThrowError('iconv -f ENCODING -t UTF-8 FILE');
});

test('a missing file, a folder and no input at all are told apart', async () => {
  await expect(readText(join(folder, 'none.txt'), fakeShell())).rejects.toThrowError('there is no such file');
  await expect(readText(folder, fakeShell())).rejects.toThrowError('it is a folder');
  await expect(readText(undefined, fakeShell({ columns: 80 }))).rejects.toThrowError('No input');
});

test('an interrupt ends the wait for standard input', async () => {
  const shell = fakeShell();
  shell.interrupt();
  await expect(readText('-', shell)).rejects.toMatchObject({ name: 'AbortError' });
});
