import { link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Makes a folder in which a model's files have their own names; in the store they go by their hashes. Nothing is copied. */
export async function layOutFiles(files: Readonly<Record<string, string>>, folder: string): Promise<void> {
  for (const [name, path] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await link(path, join(folder, name));
  }
}
