import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes free where this folder is, or would be. */
export async function freeSpace(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    const parent = dirname(folder);
    if (parent === folder) throw error;
    return await freeSpace(parent);
  }
}
