import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeShell } from '../testing/fake-shell.ts';
import { decodeText, readText } from './read-text.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glm-tasks-read-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('any well-formed text comes back as it is, from a file and from standard input', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      fc.pre(!text.startsWith('\uFEFF'));
      const file = join(folder, 'text.txt');
      await writeFile(file, text);
      expect(await readText(file, fakeShell())).toBe(text);
      expect(await readText('-', fakeShell({ stdin: text }))).toBe(text);
    }),
    { numRuns: 50 },
  );
});

test('a byte order mark is dropped', () => {
  expect(decodeText(Buffer.from('\uFEFF你好\r\n'), 'a.txt')).toBe('你好\r\n');
});

// "你好，世界" in the older Chinese encoding, as iconv writes it
const gb18030 = Uint8Array.of(0xc4, 0xe3, 0xba, 0xc3, 0xa3, 0xac, 0xca, 0xc0, 0xbd, 0xe7);
const utf16 = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from('你好', 'utf16le')]);

test.each([
  ['GB18030', gb18030, 'iconv -f GB18030 -t UTF-8 "a.txt"'],
  ['UTF-16', utf16, 'iconv -f UTF-16LE'],
  ['a PDF', Buffer.from('%PDF-1.7\n\xE2\xE3', 'latin1'), 'a PDF document; extract its text first'],
  ['a zip', Buffer.from('PK\x03\x04\xFF', 'latin1'), 'a zip archive'],
  ['Latin-1', Buffer.from('caf\xE9 au lait', 'latin1'), 'find out its encoding'],
  ['UTF-8 that ends in half a character', Buffer.from('你好').subarray(0, 5), 'damaged or cut off'],
])('%s is refused with the way out', (_kind, bytes, hint) => {
  expect(() => decodeText(bytes, 'a.txt')).toThrowError(hint);
});

test('bytes that are not UTF-8 never get through', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      let text: string;
      try {
        text = decodeText(bytes, 'x');
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_input' });
        return;
      }
      const withoutMark = Buffer.from(bytes).subarray(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);
      expect(Buffer.from(text).equals(withoutMark)).toBe(true);
    }),
  );
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
