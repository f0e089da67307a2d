import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { sha256Of } from './fake-model.ts';
import { openMirror, type Fault, type Mirror } from './mirror.ts';

export const revision = 'c0ffee'.padEnd(40, '0');

export interface FakeRepository {
  /** Left out of the Hub's description, and of what it serves. */
  without?: readonly string[];
  /** Beside what is in the folder. */
  files?: Readonly<Record<string, string>>;
  /** Changes to what the Hub says of the repository. */
  description?: Readonly<Record<string, unknown>>;
  always?: Fault;
}

/** A mirror that serves a folder as the repository `someone/something`, described in the Hub's way: hashes of large files only. */
export async function openFakeHub(folder: string, { without = [], files = {}, description = {}, always }: FakeRepository = {}): Promise<Mirror> {
  const contents = new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const name = join(entry.parentPath, entry.name).slice(folder.length + 1);
    if (!without.includes(name)) contents.set(name, await readFile(join(folder, name)));
  }
  const siblings = [...contents].map(([rfilename, bytes]) => ({ rfilename, size: bytes.length, blobId: 'b10b', ...(rfilename.endsWith('.safetensors') ? { lfs: { sha256: sha256Of(bytes), size: bytes.length } } : {}) }));
  const api = Buffer.from(JSON.stringify({ id: 'someone/something', sha: revision, gated: false, tags: ['llama', 'license:mit'], siblings, ...description }));
  const mirror = await openMirror(
    (url) => (url === '/api/models/someone/something/revision/main?blobs=true' ? api : contents.get(url.replace(`/someone/something/resolve/${revision}/`, ''))),
    always === undefined ? {} : { always },
  );
  onTestFinished(() => mirror.close());
  return mirror;
}
