import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { findModel, isCatalogName } from './catalog.ts';
import { workOnce } from './claim.ts';
import { collectGarbage } from './collect-garbage.ts';
import type { convertDecoder, Precision } from './convert.ts';
import { checkConvertedFolder, flushConvertedFolder } from './converted-folder.ts';
import { explainDiskError, flushFolder, reserveDisk } from './disk.ts';
import { TaskError } from './errors.ts';
import { hashOfFiles } from './files-hash.ts';
import { hashSource, type Source } from './hash-source.ts';
import { findRepositoryFormat, isRepositoryName, readTrustedRepository, type RepositoryFormat } from './hub-repository.ts';
import { layOutFiles } from './lay-out-files.ts';
import { becomeOwner, type Owner } from './owner.ts';
import { pullByName } from './pull-by-name.ts';
import type { PullOptions, Surroundings } from './pull.ts';
import { openStore, type Store } from './store.ts';
import { applyTrust } from './trusted.ts';

export interface PrepareOptions extends Omit<PullOptions, 'dryRun'> {
  /** `source` keeps 16 and 32 bit weights as they are, `8bit` quantizes them; `auto` decides by size. Default `auto`. */
  precision?: Precision | undefined;
  /** Path of a LoRA adapter, a folder of PEFT or a `.gguf` file, that is merged into the weights as they are converted. */
  adapter?: string | undefined;
}

export interface Converter {
  version: number;
  convert: typeof convertDecoder;
}

/**
 * Gives the folder of a model that the engine can run: pulls and converts it on first use, at once later on.
 *
 * @param nameOrPath catalog id or alias, `owner/repository/file.gguf` of the Hub, `owner/repository` with safetensors, path of a `.gguf` file or of a folder
 * of the Hub with `config.json`, `tokenizer.json` and `*.safetensors`, or a folder that is converted already. A catalog name
 * wins over a path of the same name; write `./name` for the path.
 * @throws TaskError what {@link pull} throws, `invalid_model_file`, `unsupported_model`
 * @example const { folder } = await prepareModel('small');
 */
export async function prepareModel(nameOrPath: string, options: PrepareOptions = {}): Promise<{ folder: string }> {
  // Late, because most calls find a converted folder and whoever only pulls needs no converter.
  const [{ CONVERTER_VERSION: version }, { convertCheckpoint: convert }] = await Promise.all([import('./convert.ts'), import('./convert-checkpoint.ts')]);
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
    if (path !== undefined && (await isFolderToUse(path))) return await useFolder(path, options);
    return { folder: await prepareFile(nameOrPath, path, { ...options, signal }, surroundings) };
  } catch (error) {
    if (!signal.aborted) throw explainDiskError(error, surroundings.store.root);
    throw new TaskError('aborted', `Preparing ${nameOrPath} was stopped. What was downloaded is kept; call again to go on.`, { cause: error });
  }
}

/**
 * What a bare name of the Hub is run from; undefined for every other name, and for a folder of that name.
 *
 * @throws TaskError `model_not_found`, `download_failed`, `unsupported_model`, `invalid_model_file`
 */
export async function findFormat(nameOrPath: string, options: PullOptions = {}): Promise<RepositoryFormat | undefined> {
  if (!isRepositoryName(nameOrPath) || (await existingPath(nameOrPath)) !== undefined) return undefined;
  return await findRepositoryFormat(nameOrPath, options, { store: openStore(), environment: process.env });
}

async function existingPath(nameOrPath: string): Promise<string | undefined> {
  const path = resolve(nameOrPath);
  if (await stat(path).catch(() => undefined)) return path;
  if (!isAbsolute(nameOrPath) && !/^\.{1,2}[/\\]/.test(nameOrPath)) return undefined;
  throw new TaskError('model_not_found', `There is no file or folder ${JSON.stringify(path.slice(0, 500))}.`);
}

/** A checkpoint has a `config.json` too, but no manifest. */
async function isFolderToUse(path: string): Promise<boolean> {
  const has = async (name: string): Promise<boolean> => (await stat(join(path, name)).catch(() => undefined)) !== undefined;
  return (await stat(path)).isDirectory() && ((await has('manifest.json')) || !(await has('config.json')));
}

async function useFolder(folder: string, { adapter }: PrepareOptions): Promise<{ folder: string }> {
  if (adapter !== undefined) {
    throw new TaskError('invalid_input', `${folder} is converted already, and an adapter is merged while a model is converted. Give the checkpoint that it was converted from.`);
  }
  const manifest = await checkConvertedFolder(folder);
  if (typeof manifest !== 'string') return { folder };
  throw new TaskError('invalid_model_file', `${folder} is not a converted model: ${manifest}. Give the .gguf file or a catalog id instead.`);
}

type Job = PrepareOptions & { signal: AbortSignal };

async function prepareFile(name: string, path: string | undefined, options: Job, surroundings: Surroundings & { converter: Converter }): Promise<string> {
  const { store, converter } = surroundings;
  const adapter = options.adapter === undefined ? undefined : await hashSource((await existingPath(resolve(options.adapter)))!, options);
  // Both hashes name the folder; 32 digits of the second keep the name short.
  const variant = `${options.precision ?? 'auto'}${adapter === undefined ? '' : `-a${adapter.sha256.slice(0, 32)}`}`;
  const folderOf = (sha256: string) => store.model(sha256, variant, converter.version);
  // A converted folder serves without its source, which the user may have removed.
  const pinned = path === undefined ? await pinnedHash(store, name) : undefined;
  if (pinned !== undefined && (await isComplete(folderOf(pinned)))) return folderOf(pinned);
  const source = path === undefined ? await pullSource(name, options, surroundings) : await hashSource(path, options);
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
      work: () => convert({ source, adapter, folder, owner, options, store, converter }),
      waiting: () => {
        if (!told) options.onProgress?.({ stage: 'convert', file: source.name, message: `Another process is converting ${source.name}; waiting for it` });
        told = true;
      },
    });
  } finally {
    await owner.retire();
  }
}

async function pinnedHash(store: Store, name: string): Promise<string | undefined> {
  const model = isRepositoryName(name) ? await readTrustedRepository(store, name) : findModel(name);
  if (model === undefined) return undefined;
  return hashOfFiles(await Promise.all(model.files.map((file) => applyTrust(store, model, file))));
}

async function pullSource(name: string, options: Job, surroundings: Surroundings): Promise<Source & { files?: Record<string, string> }> {
  const { model, files } = await pullByName(name, options, surroundings);
  const bytes = files.reduce((sum, file) => sum + file.bytes!, 0);
  const sha256 = hashOfFiles(files)!;
  if (files.length === 1) return { name: files[0]!.name, path: files[0]!.path!, sha256, bytes };
  return { name: model.id, path: model.id, sha256, bytes, files: Object.fromEntries(files.map((file) => [file.name, file.path!])) };
}

/** Converts into a folder of our own beside the final one; only a complete and flushed folder gets the final name. */
async function convert(job: { source: Source & { files?: Record<string, string> }; adapter: Source | undefined; folder: string; owner: Owner; options: Job; store: Store; converter: Converter }): Promise<string> {
  const { source, adapter, folder, owner, options, store, converter } = job;
  const building = store.building(folder, owner.id);
  const checkpoint = store.temporary(owner.id, 'checkpoint');
  try {
    // 4 bit codes may become 8 bit ones, and those that an adapter changes 32 bit floats: the most that can come out.
    await reserveDisk(store.modelsFolder, (adapter === undefined ? 2 : 8) * source.bytes);
    await mkdir(building);
    if (source.files !== undefined) await layOutFiles(source.files, checkpoint);
    await converter.convert(source.files === undefined ? source.path : checkpoint, building, {
      precision: options.precision ?? 'auto',
      sourceSha256: source.sha256,
      adapter: adapter && { path: adapter.path, sha256: adapter.sha256 },
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
    await rm(checkpoint, { recursive: true, force: true });
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
