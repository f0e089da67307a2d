import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isGone } from './owner.ts';
import { digestInName, ownerInName, type Store } from './store.ts';

// A week: longer than any clock error, and what is kept meanwhile is only disk.
const silentForMs = 7 * 24 * 3600 * 1000;

/**
 * Removes what ended processes left: half conversions, wheels, signs of life, and all begun downloads of a file but
 * the longest, which the next pull resumes.
 */
export async function collectGarbage(store: Store): Promise<string[]> {
  const removed: string[] = [];
  const remove = async (path: string) => {
    await rm(path, { recursive: true, force: true });
    removed.push(path);
  };
  for (const folder of [store.temporaryFolder, store.modelsFolder]) {
    for (const { path, owner } of await owned(folder)) if (await isDead(store, owner)) await remove(path);
  }
  for (const path of await shorterPartials(store)) await remove(path);
  for (const path of await orphanedLocks(store)) await remove(path);
  for (const { path, owner } of await owned(store.aliveFolder)) {
    if (await isDead(store, owner)) await remove(path);
  }
  return removed;
}

async function shorterPartials(store: Store): Promise<string[]> {
  const byFile = new Map<string, { path: string; bytes: number }[]>();
  const useless: string[] = [];
  for (const { path, name, owner } of await owned(store.filesFolder)) {
    const bytes = (await stat(path).catch(() => undefined))?.size;
    if (bytes === undefined || !(await isDead(store, owner))) continue;
    const sha256 = digestInName(name);
    if (sha256 === undefined || (await stat(store.file(sha256)).catch(() => undefined))) useless.push(path);
    else byFile.set(sha256, [...(byFile.get(sha256) ?? []), { path, bytes }]);
  }
  const shorter = [...byFile.values()].flatMap((partials) => partials.sort((a, b) => b.bytes - a.bytes).slice(1));
  return [...useless, ...shorter.map((partial) => partial.path)];
}

async function orphanedLocks(store: Store): Promise<string[]> {
  const orphaned: string[] = [];
  for (const name of await readdir(store.locksFolder).catch(() => [])) {
    const path = join(store.locksFolder, name);
    const holder = ownerInName(await readFile(path, 'utf8').catch(() => ''));
    if (holder !== undefined && (await isDead(store, holder))) orphaned.push(path);
  }
  return orphaned;
}

/** Gone for certain, or (another machine, a process id that came back) without a sign of life for a week. */
async function isDead(store: Store, owner: string): Promise<boolean> {
  if (await isGone(store, owner)) return true;
  const info = await stat(store.alive(owner)).catch(() => undefined);
  return info !== undefined && Date.now() - info.mtimeMs > silentForMs;
}

async function owned(folder: string): Promise<{ path: string; name: string; owner: string }[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => {
    const owner = ownerInName(name);
    return owner === undefined ? [] : [{ path: join(folder, name), name, owner }];
  });
}
