import { stat } from 'node:fs/promises';
import type { ModelFile } from './catalog.ts';
import { workOnce } from './claim.ts';
import { reserveDisk } from './disk.ts';
import { TaskError } from './errors.ts';
import type { Owner } from './owner.ts';
import { longestPartial, openPartial, type PartialFile } from './partial-file.ts';
import { measureProgress, type OnProgress } from './progress.ts';
import { isOtherVersion, type Source } from './sources/source.ts';
import type { Store } from './store.ts';

export interface Fetch {
  store: Store;
  owner: Owner;
  file: ModelFile;
  /** In the order in which they are tried. */
  sources: readonly Source[];
  signal: AbortSignal;
  onProgress: OnProgress | undefined;
}

export interface PlacedFile {
  path: string;
  sha256: string;
  bytes: number;
}

/** Fetch -> verify -> place. Resolves with the path that bears the hash of the verified bytes. */
export async function fetchFile(fetch: Fetch): Promise<PlacedFile> {
  const { store, owner, file, signal } = fetch;
  const { sha256 } = file;
  if (sha256 === undefined) return await download(fetch, undefined);
  const seen = measureProgress(fetch.onProgress, { stage: 'fetch', file: file.name, total: file.bytes });
  let told = false;
  return await workOnce(store, {
    key: sha256,
    owner,
    signal,
    finished: async () => {
      const path = await placedFile(store, file);
      return path === undefined ? undefined : { path, sha256, bytes: (await stat(path)).size };
    },
    work: (silent) => download(fetch, silent),
    waiting: async () => {
      if (!told) fetch.onProgress?.({ stage: 'fetch', file: file.name, message: `Another process is downloading ${file.name}; waiting for it` });
      told = true;
      seen(await longestPartial(store, sha256));
    },
  });
}

/** The file's path, if it is in the store. Only verified bytes ever get that name; the size is checked against damage. */
export async function placedFile(store: Store, file: ModelFile): Promise<string | undefined> {
  if (file.sha256 === undefined) return undefined;
  const path = store.file(file.sha256);
  const info = await stat(path).catch(() => undefined);
  return info?.isFile() && (file.bytes === undefined || info.size === file.bytes) ? path : undefined;
}

async function download(fetch: Fetch, silent: string | undefined): Promise<PlacedFile> {
  const { store, owner, file, sources, signal } = fetch;
  await reserveDisk(store.filesFolder, 0);
  const partial = await openPartial(store, file.sha256 ?? 'unpinned', owner, { limit: file.bytes, silent, chunks: file.chunks });
  try {
    if (partial.bytes > 0) say(fetch, `Resuming ${file.name} at ${percent(partial.bytes, file.bytes)}`);
    const failures: { source: string; error: TaskError }[] = [];
    for (const source of sources) {
      if (source.announcement !== undefined) say(fetch, source.announcement);
      await reserveDisk(store.filesFolder, (file.bytes ?? 0) - partial.bytes + (source.extraDisk ?? 0));
      try {
        const sha256 = await fillFrom(source, partial, fetch);
        fetch.onProgress?.({ stage: 'place', file: file.name });
        return { path: await partial.place(sha256), sha256, bytes: partial.bytes };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof TaskError) || !isOfSource(error)) throw error;
        failures.push({ source: source.name, error });
        say(fetch, `${source.name} did not work: ${error.message}`);
      }
    }
    throw allFailed(file, failures);
  } finally {
    await partial.close();
  }
}

/** Appends what is missing and checks the whole. What turns out wrong is dropped, and the source asked for it once more. */
async function fillFrom(source: Source, partial: PartialFile, fetch: Fetch): Promise<string> {
  const { file, signal, onProgress } = fetch;
  for (let askedAgainFrom: number | undefined; ; ) {
    const from = partial.bytes;
    const progress = measureProgress(onProgress, { stage: 'fetch', file: file.name, total: file.bytes });
    try {
      progress(from);
      for await (const chunk of source.read({ file, from, signal })) {
        signal.throwIfAborted();
        if (file.bytes !== undefined && partial.bytes + chunk.length > file.bytes) throw wrongBytes(`${source.name} sent more than the ${file.bytes} bytes of ${file.name}.`);
        await partial.append(chunk);
        progress(partial.bytes);
      }
      return verify(source, partial, fetch);
    } catch (error) {
      signal.throwIfAborted();
      const wrong = error instanceof TaskError && error.code === 'integrity_failed';
      if (!wrong) throw error;
      await partial.rewind();
      // Worth another try where some bytes were right, or where bytes of another source or version were among the wrong ones; once from each place.
      if (askedAgainFrom === partial.bytes || (partial.bytes === 0 && from === 0 && !isOtherVersion(error))) throw error;
      askedAgainFrom = partial.bytes;
      say(fetch, `${error.message} Fetching ${file.name} again from ${percent(partial.bytes, file.bytes)}`);
    }
  }
}

function verify(source: Source, partial: PartialFile, { file, onProgress }: Fetch): string {
  onProgress?.({ stage: 'verify', file: file.name });
  if (file.bytes !== undefined && partial.bytes !== file.bytes) {
    throw new TaskError('upstream_failed', `${source.name} ended after ${partial.bytes} of ${file.bytes} bytes.`, { retryable: true });
  }
  const digest = partial.digest();
  if (file.sha256 !== undefined && digest !== file.sha256) {
    throw new TaskError('integrity_failed', `${source.name} sent other bytes: SHA-256 ${digest} where ${file.sha256} is expected.`, {
      details: { file: file.name, want: file.sha256, got: digest },
    });
  }
  onProgress?.({ stage: 'verify', file: file.name, message: `${file.name}: SHA-256 ${digest}` });
  return digest;
}

/** A failure that another source may not have. */
function isOfSource(error: TaskError): boolean {
  return error.code === 'upstream_failed' || error.code === 'integrity_failed' || error.code === 'engine_missing';
}

function allFailed(file: ModelFile, failures: { source: string; error: TaskError }[]): TaskError {
  const lines = failures.map(({ source, error }) => `\n  - ${source}: ${error.message}`);
  const hint = failures.length === 0 ? ' No source may be used offline: pull once with a network, or name a folder that holds it (from).' : '';
  const onlyIntegrity = failures.length > 0 && failures.every(({ error }) => error.code === 'integrity_failed');
  return new TaskError(
    onlyIntegrity ? 'integrity_failed' : 'download_failed',
    `${file.name} could not be had from any source.${lines.join('')}${hint}`,
    {
      retryable: failures.some(({ error }) => error.retryable),
      details: {
        ...(onlyIntegrity ? failures.at(-1)!.error.details : {}),
        file: file.name,
        reasons: failures.map(({ source, error }) => ({ source, code: error.code, message: error.message })),
      },
      cause: failures.at(-1)?.error,
    },
  );
}

function wrongBytes(message: string): TaskError {
  return new TaskError('integrity_failed', message);
}

function say({ file, onProgress }: Fetch, message: string): void {
  onProgress?.({ stage: 'fetch', file: file.name, message });
}

function percent(bytes: number, total: number | undefined): string {
  return total === undefined ? `${bytes} bytes` : `${Math.floor((bytes / total) * 100)} %`;
}
