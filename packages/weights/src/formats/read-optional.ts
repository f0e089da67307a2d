import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { failFile } from './fail-file.ts';
import { readJsonFile } from './read-json-file.ts';

/** @returns undefined when there is no such file */
export async function readOptionalJson(path: string, mostBytes: number): Promise<Record<string, unknown> | undefined> {
  return (await exists(path)) ? await readJsonFile(path, mostBytes) : undefined;
}

/** @returns undefined when there is no such file */
export async function readOptionalText(path: string, mostBytes: number): Promise<string | undefined> {
  if (!(await exists(path))) return undefined;
  const { size } = await stat(path);
  if (size > mostBytes) failFile(basename(path), `has ${size} bytes; at most ${mostBytes} are read`);
  return await readFile(path, 'utf8');
}

async function exists(path: string): Promise<boolean> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return info?.isFile() ?? false;
}
