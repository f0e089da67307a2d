import { mkdir, open, statfs } from 'node:fs/promises';
import { TaskError } from './errors.ts';

const notWritable = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENAMETOOLONG']);

/**
 * Makes the folder and checks that so many bytes fit into it.
 *
 * @throws TaskError `insufficient_disk` naming need and have; `invalid_input` for a folder that cannot be written
 */
export async function reserveDisk(folder: string, need: number): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw explainDiskError(error, folder);
  });
  const { bavail, bsize } = await statfs(folder);
  const have = bavail * bsize;
  if (have < need) throw diskFull(folder, need, have);
}

/** Turns an error of the file system into one that says what to do; other errors pass unchanged. */
export function explainDiskError(error: unknown, path: string, need?: number): unknown {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(path, need, undefined, error);
  // A recursive mkdir on a read-only disk reports ENOENT.
  if (notWritable.has(code ?? '') || (code === 'ENOENT' && syscall === 'mkdir')) {
    return new TaskError('invalid_input', `Cannot write to ${path} (${code}). Set GLM_TASKS_HOME to a folder you can write to.`, {
      details: { path, code },
      cause: error,
    });
  }
  return error;
}

/** Flushes a folder's entries, so that a rename survives a power cut. Not every system can; then the rename stays as it is. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function diskFull(path: string, need: number | undefined, have: number | undefined, cause?: unknown): TaskError {
  const figures = [
    need === undefined ? undefined : `need ${megabytes(need)}`,
    have === undefined ? undefined : `have ${megabytes(have)}`,
  ].filter((text) => text !== undefined);
  return new TaskError(
    'insufficient_disk',
    `The disk of ${path} is full${figures.length > 0 ? ` (${figures.join(', ')})` : ''}. Free some space, or set GLM_TASKS_HOME to a folder on another disk.`,
    { details: { path, ...(need === undefined ? {} : { need }), ...(have === undefined ? {} : { have }) }, retryable: true, cause },
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
