import { constants, copyFile, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChunkHashes } from './catalog.ts';
import { explainDiskError, flushFolder } from './disk.ts';
import { isTaskError } from './errors.ts';
import { isGone, type Owner } from './owner.ts';
import { createRunningHash } from './running-hash.ts';
import { ownerInName, type PartialKey, type Store } from './store.ts';

/** A file that is being filled. Only its owner writes to it, so no other process can spoil verified bytes. */
export interface PartialFile {
  readonly bytes: number;
  /** Rejects with `integrity_failed` as soon as a stretch whose hash is known turns out wrong. */
  append(bytes: Uint8Array): Promise<void>;
  /** SHA-256 of all bytes so far, as hex. */
  digest(): string;
  /** Drops what follows the last stretch whose hash was right: everything, where no hashes of stretches are known. */
  rewind(): Promise<void>;
  /** Publishes the bytes under the name of their hash. The caller has verified them. */
  place(sha256: string): Promise<string>;
  /** Keeps the bytes for a later run, unless nobody could tell what they belong to. */
  close(): Promise<void>;
}

/**
 * Opens a file to fill, with the bytes that an interrupted run left behind.
 *
 * What a process that is gone left is renamed to our name: one claimer wins, and no writer is left. What a silent
 * process left (see {@link workOnce}) is copied, because its writer may wake up.
 */
export async function openPartial(
  store: Store,
  key: PartialKey,
  owner: Owner,
  { limit, silent, chunks }: { limit?: number | undefined; silent?: string | undefined; chunks?: ChunkHashes | undefined } = {},
): Promise<PartialFile> {
  const path = store.partial(key, owner.id);
  if (key !== 'unpinned') await adoptLeftover(store, key, path, silent);
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT);
  const running = createRunningHash(chunks, limit);
  let bytes = 0;
  let closed = false;

  const partial: PartialFile = {
    get bytes() {
      return bytes;
    },
    append: async (chunk) => {
      for (let done = 0; done < chunk.length; ) {
        const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, bytes + done).catch((error: unknown) => {
          throw explainDiskError(error, path, limit);
        });
        done += bytesWritten;
      }
      bytes += chunk.length;
      running.update(chunk);
    },
    digest: () => running.digest(),
    rewind: async () => {
      bytes = running.rewind();
      await handle.truncate(bytes);
    },
    place: async (sha256) => {
      const final = store.file(sha256);
      await handle.sync().catch((error: unknown) => {
        throw explainDiskError(error, path, limit);
      });
      await handle.close();
      closed = true;
      await rename(path, final).catch(async (error: unknown) => {
        // Another process placed the same bytes and cleared what was left, ours included.
        if (!(await exists(final))) throw explainDiskError(error, final);
      });
      await flushFolder(store.filesFolder);
      await removeLeftovers(store, key);
      return final;
    },
    close: async () => {
      if (!closed) await handle.close();
      closed = true;
      if (key === 'unpinned' || bytes === 0) await rm(path, { force: true });
    },
  };
  try {
    for await (const chunk of readWhole(handle)) {
      bytes += chunk.length;
      running.update(chunk);
    }
  } catch (error) {
    if (!isTaskError(error)) throw error;
    await partial.rewind();
  }
  if (limit !== undefined && bytes > limit) await partial.rewind();
  return partial;
}

/** Bytes of the longest download of this file that was begun, by anyone. */
export async function longestPartial(store: Store, sha256: string): Promise<number> {
  const leftovers = await listLeftovers(store, sha256);
  return Math.max(0, ...leftovers.map((leftover) => leftover.bytes));
}

/** Removes all begun downloads of a file that is there by now. */
export async function removeLeftovers(store: Store, key: PartialKey): Promise<void> {
  if (key === 'unpinned') return;
  for (const { path } of await listLeftovers(store, key)) await rm(path, { force: true }).catch(() => undefined); // Windows: open elsewhere
}

async function adoptLeftover(store: Store, sha256: string, path: string, silent: string | undefined): Promise<void> {
  const leftovers = await listLeftovers(store, sha256);
  for (const leftover of leftovers.sort((a, b) => b.bytes - a.bytes)) {
    try {
      if (await isGone(store, leftover.owner)) await rename(leftover.path, path);
      else if (leftover.owner === silent) await copyFile(leftover.path, path, constants.COPYFILE_FICLONE);
      else continue;
      return;
    } catch (error) {
      // Another process was quicker.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

async function listLeftovers(store: Store, sha256: string): Promise<{ path: string; owner: string; bytes: number }[]> {
  const names = await readdir(store.filesFolder).catch(() => []);
  const leftovers = [];
  for (const name of names) {
    const owner = ownerInName(name);
    if (owner === undefined || !name.startsWith(`${sha256}.`)) continue;
    const path = join(store.filesFolder, name);
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile()) leftovers.push({ path, owner, bytes: info.size });
  }
  return leftovers;
}

async function* readWhole(handle: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(1 << 20);
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
