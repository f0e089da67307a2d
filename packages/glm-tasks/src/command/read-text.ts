import { readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { TaskError } from '@glm-tasks/core';
import type { Shell } from './shell.ts';

/** The text of a file, or of standard input for `-` or no name at all. UTF-8 only; a byte order mark is dropped. */
export async function readText(file: string | undefined, { stdin, signal }: Shell): Promise<string> {
  if (file !== undefined && file !== '-') return decodeText(await readBytes(file, signal), file);
  if (file === undefined && stdin.isTTY) {
    throw new TaskError('invalid_input', 'No input: name a file, pipe text in, or give - to type it (end with Ctrl-D).');
  }
  return decodeText(await buffer(addAbortSignal(signal, stdin)), 'standard input');
}

async function readBytes(file: string, signal: AbortSignal): Promise<Buffer> {
  try {
    return await readFile(file, { signal });
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? readFailures[String(cause.code)] : undefined;
    if (reason === undefined) throw cause;
    throw new TaskError('invalid_input', `Cannot read "${file}": ${reason}.`, { details: { file }, cause });
  }
}

const readFailures: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder; name a file in it',
  EACCES: 'you are not allowed to read it',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GB',
};

/** Bytes of a text file as text, or a TaskError that says what the bytes look like and how to convert them. */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new TaskError('invalid_input', `${name} is not UTF-8 text: ${describeBytes(bytes, name)}`, {
      details: { name },
      cause,
    });
  }
}

function describeBytes(bytes: Uint8Array, name: string): string {
  const kind = containers.find(({ signature }) => signature.every((byte, index) => bytes[index] === byte))?.kind;
  if (kind !== undefined) return `it is ${kind}; extract its text first`;
  if (isMostlyUtf8(bytes)) return 'most of it is UTF-8, but some bytes are damaged or cut off; get a sound copy of it';
  const encoding = encodings.find((candidate) => candidate.matches(bytes))?.name;
  const source = name === 'standard input' ? 'FILE' : name;
  return encoding === undefined
    ? 'find out its encoding and convert it, for example with iconv -f ENCODING -t UTF-8'
    : `it looks like ${encoding}; convert it with: iconv -f ${encoding} -t UTF-8 ${JSON.stringify(source)}`;
}

const containers = [
  { kind: 'a PDF document', signature: [0x25, 0x50, 0x44, 0x46] },
  { kind: 'a zip archive (or a .docx, .xlsx or .epub file, which are zip archives)', signature: [0x50, 0x4b, 3, 4] },
  { kind: 'gzip-compressed', signature: [0x1f, 0x8b] },
  { kind: 'an old Word, Excel or PowerPoint file', signature: [0xd0, 0xcf, 0x11, 0xe0] },
];

const encodings = [
  { name: 'UTF-16LE', matches: (bytes: Uint8Array) => bytes[0] === 0xff && bytes[1] === 0xfe },
  { name: 'UTF-16BE', matches: (bytes: Uint8Array) => bytes[0] === 0xfe && bytes[1] === 0xff },
  { name: 'GB18030', matches: looksLikeGb18030 },
];

// GB18030 accepts most byte strings, so only text that comes out mainly as common Chinese characters counts.
function looksLikeGb18030(bytes: Uint8Array): boolean {
  const beyondAscii = [...new TextDecoder('gb18030').decode(bytes).matchAll(/[^\p{ASCII}]/gu)];
  const common = beyondAscii.filter(([character]) => /[\u4E00-\u9FFF\u3000-\u303F\uFF00-\uFFEF\u2010-\u203F]/u.test(character));
  return common.length > 0.9 * beyondAscii.length;
}

function isMostlyUtf8(bytes: Uint8Array): boolean {
  const beyondAscii = [...new TextDecoder('utf-8').decode(bytes).matchAll(/[^\p{ASCII}]/gu)];
  const broken = beyondAscii.filter(([character]) => character === '\uFFFD');
  return broken.length <= beyondAscii.length / 2;
}
