import { createHash } from 'node:crypto';

/**
 * The hash that stands for a model's files: that of the only one, or that of the list of all with their hashes. Undefined while one of
 * them has none.
 */
export function hashOfFiles(files: readonly { name: string; sha256?: string }[]): string | undefined {
  if (files.length < 2) return files[0]?.sha256;
  if (files.some(({ sha256 }) => sha256 === undefined)) return undefined;
  const lines = files.map(({ name, sha256 }) => `${name} ${sha256}\n`).toSorted();
  return createHash('sha256').update(lines.join('')).digest('hex');
}
