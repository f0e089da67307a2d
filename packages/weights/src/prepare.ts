import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, isAbsolute, resolve } from 'node:path';
import { findModel, isCatalogName } from './catalog.ts';
import { workOnce } from './claim.ts';
import { collectGarbage } from './collect-garbage.ts';
import type { convertGguf, Precision } from './convert.ts';
import { checkConvertedFolder, flushConvertedFolder } from './converted-folder.ts';
import { explainDiskError, flushFolder, reserveDisk } from './disk.ts';
import { TaskError } from './errors.ts';
import { becomeOwner, type Owner } from './owner.ts';
import { measureProgress } from './progress.ts';
import { pullModel, type PullOptions, type Surroundings } from './pull.ts';
import { openStore, type Store } from './store.ts';

export interface PrepareOptions extends Omit<PullOptions, 'dryRun'> {
  /** `source` keeps 16 and 32 bit weights as they are, `8bit` quantizes them; `auto` decides by size. Default `auto`. */
  precision?: Precision | undefined;
}

export interface Converter {
  version: number;
  convert: typeof convertGguf;
}

interface Source {
  /** What people call it; in the store its name is its hash. */
  name: string;
  path: string;
  sha256: string;
  bytes: number;
}

/**
 * Gives the folder of a model that the engine can run: pulls and converts it on first use, at once later on.
 *
 * @param nameOrPath catalog id or alias, `owner/repository/file.gguf` of the Hub, path of a `.gguf` file,
 * or a folder that is converted already. A catalog name wins over a path of the same name; write `./name` for the path.
 * @throws TaskError what {@link pull} throws, `invalid_model_file`, `unsupported_model`
 * @example const { folder } = await prepareModel('small');
 */
export async function prepareModel(nameOrPath: string, options: PrepareOptions = {}): Promise<{ folder: string }> {
  // Late, because most calls find a converted folder and whoever only pulls needs no converter.
  const { CONVERTER_VERSION: version, convertGguf: convert } = await import('./convert.ts');
  return await prepareWith(nameOrPath, options, { store: openStore(), environment: process.env, converter: { version, convert } });
}

/** `prepareModel` with another store or converter. */
export async function prepareWith(
  nameOrPath: string,
  options: PrepareOptions,
  surroundings: Surroundings & { converter: Converter },
): Promise<{ folder: string }> {
  const signal = options.signal ?? new AbortController().signal;
  try {
    signal.throwIfAborted();
    const path = isCatalogName(nameOrPath) ? undefined : await existingPath(nameOrPath);
    if (path !== undefined && (await stat(path)).isDirectory()) return await useFolder(path);
    return { folder: await prepareFile(nameOrPath, path, { ...options, signal }, surroundings) };
  } catch (error) {
    if (!signal.aborted) throw explainDiskError(error, surroundings.store.root);
    throw new TaskError('aborted', `Preparing ${nameOrPath} was stopped. What was downloaded is kept; call again to go on.`, { cause: error });
  }
}

async function existingPath(nameOrPath: string): Promise<string | undefined> {
  const path = resolve(nameOrPath);
  if (await stat(path).catch(() => undefined)) return path;
  if (!isAbsolute(nameOrPath) && !/^\.{1,2}[/\\]/.test(nameOrPath)) return undefined;
  throw new TaskError('model_not_found', `There is no file or folder ${JSON.stringify(path.slice(0, 500))}.`);
}

async function useFolder(folder: string): Promise<{ folder: string }> {
  const manifest = await checkConvertedFolder(folder);
  if (typeof manifest !== 'string') return { folder };
  throw new TaskError('invalid_model_file', `${folder} is not a converted model: ${manifest}. Give the .gguf file or a catalog id instead.`);
}

type Job = PrepareOptions & { signal: AbortSignal };

async function prepareFile(name: string, path: string | undefined, options: Job, surroundings: Surroundings & { converter: Converter }): Promise<string> {
  const { store, converter } = surroundings;
  const folderOf = (sha256: string) => store.model(sha256, options.precision ?? 'auto', converter.version);
  // A converted folder serves without its source, which the user may have removed.
  const pinned = path === undefined ? pinnedHash(name) : undefined;
  if (pinned !== undefined && (await isComplete(folderOf(pinned)))) return folderOf(pinned);
  const source = path === undefined ? await pullSource(name, options, surroundings) : await hashFile(path, options);
  const folder = folderOf(source.sha256);
  if (await isComplete(folder)) return folder;
  await collectGarbage(store);
  const owner = await becomeOwner(store);
  let told = false;
  try {
    return await workOnce(store, {
      key: basename(folder),
      owner,
      signal: options.signal,
      finished: async () => ((await isComplete(folder)) ? folder : undefined),
      work: () => convert({ source, folder, owner, options, store, converter }),
      waiting: () => {
        if (!told) options.onProgress?.({ stage: 'convert', file: source.name, message: `Another process is converting ${source.name}; waiting for it` });
        told = true;
      },
    });
  } finally {
    await owner.retire();
  }
}

function pinnedHash(name: string): string | undefined {
  const model = findModel(name);
  if (model.kind === 'decoder') return model.files[0]?.sha256;
  throw new TaskError('unsupported_model', `${model.id} is an encoder: it can be pulled, but it has no converter yet. Choose a model that writes text.`);
}

async function pullSource(name: string, options: Job, surroundings: Surroundings): Promise<Source> {
  const { files } = await pullModel(findModel(name), options, surroundings);
  const { name: file, path, sha256, bytes } = files[0]!;
  return { name: file, path: path!, sha256: sha256!, bytes: bytes! };
}

async function hashFile(path: string, { signal, onProgress }: Job): Promise<Source> {
  const { size } = await stat(path);
  const hash = createHash('sha256');
  const progress = measureProgress(onProgress, { stage: 'verify', file: basename(path), total: size });
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    progress(bytes);
  }
  return { name: basename(path), path, sha256: hash.digest('hex'), bytes };
}

/** Converts into a folder of our own beside the final one; only a complete and flushed folder gets the final name. */
async function convert(job: { source: Source; folder: string; owner: Owner; options: Job; store: Store; converter: Converter }): Promise<string> {
  const { source, folder, owner, options, store, converter } = job;
  const building = store.building(folder, owner.id);
  try {
    // 4 bit codes may become 8 bit ones; twice the source is the most that can come out.
    await reserveDisk(store.modelsFolder, 2 * source.bytes);
    await mkdir(building);
    await converter.convert(source.path, building, {
      precision: options.precision ?? 'auto',
      sourceSha256: source.sha256,
      signal: options.signal,
      onProgress: (progress) => options.onProgress?.({ ...progress, file: source.name }),
    });
    const manifest = await checkConvertedFolder(building);
    if (typeof manifest === 'string') throw new TaskError('invalid_model_file', `The conversion of ${source.path} left no usable folder: ${manifest}.`);
    await flushConvertedFolder(building, manifest);
    await publish(building, folder, owner);
    await flushFolder(store.modelsFolder);
    return folder;
  } catch (error) {
    throw explainDiskError(error, building);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function publish(building: string, folder: string, owner: Owner): Promise<void> {
  try {
    await rename(building, folder);
  } catch (error) {
    if ((await stat(folder).catch(() => undefined)) === undefined) throw error;
    // Another process was quicker: its folder is as good as ours.
    if (await isComplete(folder)) return;
    // A damaged folder has the name: out of the way first, so that nobody sees it half removed.
    const damaged = `${folder}.${owner.id}.damaged`;
    await rename(folder, damaged);
    await rm(damaged, { recursive: true, force: true });
    await rename(building, folder);
  }
}

async function isComplete(folder: string): Promise<boolean> {
  return typeof (await checkConvertedFolder(folder)) !== 'string';
}
