import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { TaskError } from '@glm-tasks/core';
import type { FoundFiles } from './folder-files.ts';

/**
 * Where each result goes: of several files into the folder, under the names they were found by; of one to the file, or into the folder where it is one.
 * A source is never written over, nor one result over another; where nothing is written (`writes`) they may be the same.
 */
export async function planOutputs({ files, isMany }: FoundFiles, out: string, writes = true): Promise<string[]> {
  const isFolder = isMany || /[/\\]$/.test(out) || (await stat(out).catch(() => undefined))?.isDirectory() === true;
  const outputs = files.map(({ path, below }) => (!isFolder ? out : join(out, isMany ? below : basename(path ?? 'output.txt'))));
  if (!writes) return outputs;
  const sources = new Map(await Promise.all(files.map(async ({ path }): Promise<[string, string]> => [path === undefined ? '' : await placeOf(path), path ?? ''])));
  const taken = new Map<string, string>();
  for (const [index, output] of outputs.entries()) {
    const source = sources.get(await placeOf(output));
    if (source !== undefined) throw refuse(`The result would be written over "${source}", which is to be read; give another --out.`, output);
    const other = taken.get(resolve(output));
    const path = files[index]?.path ?? '-';
    if (other !== undefined) throw refuse(`"${other}" and "${path}" would both be written to "${output}"; run them one after the other, each with its own --out.`, output);
    taken.set(resolve(output), path);
  }
  return outputs;
}

/** Behind all links. */
async function placeOf(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

/** All or nothing: whoever reads the file never sees half of it. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.part`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new TaskError('invalid_input', `Cannot write "${file}": ${cause instanceof Error ? cause.message : String(cause)}.`, { details: { file }, cause });
  }
}

/** As {@link replaceFile}, with the folders above the file. */
export async function placeFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true }).catch((cause: unknown) => {
    throw refuse(`Cannot make the folder "${dirname(file)}${sep}": ${cause instanceof Error ? cause.message : String(cause)}.`, file);
  });
  await replaceFile(file, text);
}

function refuse(message: string, file: string): TaskError {
  return new TaskError('invalid_input', message, { details: { file } });
}
