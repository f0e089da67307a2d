import { readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { TaskError } from '@glm-tasks/core';
import { decodeText, readDocument } from '@glm-tasks/task';
import type { DocumentKind } from '@glm-tasks/task';
import { paint } from './shell.ts';
import type { Shell } from './shell.ts';

/**
 * The text of a file, or of standard input for `-` or no name at all, exactly as it stands there, in any encoding that `decodeText`
 * knows; a byte order mark is dropped.
 */
export async function readText(file: string | undefined, shell: Shell): Promise<string> {
  const { text } = await decode(file, shell);
  return text;
}

/** As readText, but of a page or of subtitles only what a reader sees; a note on stderr tells what the file was read as, unless `quiet`. */
export async function readDocumentText(file: string | undefined, shell: Shell, { quiet = false } = {}): Promise<string> {
  const { text, encoding, name } = await decode(file, shell);
  const document = readDocument({ text, name });
  const how = [encoding === 'utf-8' ? [] : [encoding.toUpperCase()], kindNames[document.kind] ?? []].flat().join(', ');
  if (how !== '' && !quiet) {
    const share = document.text === text ? '' : `: ${countCharacters(document.text)} of ${countCharacters(text)} characters are text`;
    shell.stderr.write(`${paint(shell, 'dim', `read ${name ?? 'standard input'} as ${how}${share}`)}\n`);
  }
  return document.text;
}

const kindNames: Record<DocumentKind, string | undefined> = { plain: undefined, markdown: 'Markdown', html: 'HTML', subtitles: 'subtitles' };

/** In code points, with commas: "12,340". */
function countCharacters(text: string): string {
  let count = 0;
  for (const _character of text) count++;
  return count.toLocaleString('en');
}

async function decode(file: string | undefined, { stdin, signal }: Shell): Promise<ReturnType<typeof decodeText> & { name: string | undefined }> {
  if (file !== undefined && file !== '-') return { ...decodeText(await readBytes(file, signal), file), name: file };
  if (file === undefined && stdin.isTTY) {
    throw new TaskError('invalid_input', 'No input: name a file, pipe text in, or give - to type it (end with Ctrl-D).');
  }
  return { ...decodeText(await buffer(addAbortSignal(signal, stdin))), name: undefined };
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
