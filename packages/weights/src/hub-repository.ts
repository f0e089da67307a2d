import { readFile } from 'node:fs/promises';
import { isEncoderFamily } from './architectures/encoder-shape.ts';
import { findHubModelType } from './architectures/hub-families.ts';
import { catalog, isCatalogName, type CatalogModel, type ModelFile } from './catalog.ts';
import { TaskError } from './errors.ts';
import { readJsonFile } from './formats/read-json-file.ts';
import { hub } from './hub-models.ts';
import { isSegment, nearestName } from './model-name.ts';
import { pullModel, type Pulled, type PullOptions, type Surroundings } from './pull.ts';
import { readListing, type Listing } from './repository-listing.ts';
import { hubIsOffline, openHub } from './sources/hub.ts';
import type { Store } from './store.ts';
import { trustPath, writeRecord } from './trusted.ts';

/** What a repository of the Hub keeps its weights in, as far as we can run it. */
export type RepositoryFormat = 'onnx' | 'safetensors';

const mostConfigBytes = 1 << 20;

/** `owner/repository`, and no name of the catalog. */
export function isRepositoryName(name: string): boolean {
  const segments = name.split('/', 3);
  return segments.length === 2 && segments.every(isSegment) && !/\.gguf$/i.test(name) && !isCatalogName(name);
}

/** The repository as it was when its first file was trusted; undefined where none was. */
export async function readTrustedRepository(store: Store, name: string): Promise<CatalogModel | undefined> {
  const text = await readFile(recordPath(store, name), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return toModel(name, readListing(name, JSON.parse(text)));
  } catch (cause) {
    throw new TaskError('invalid_model_file', `${recordPath(store, name)} is damaged. Remove it and pull ${name} again with trustFirst.`, { cause });
  }
}

/**
 * What a repository is run from: as it was pulled, or else as the Hub describes it.
 *
 * @throws TaskError `model_not_found`, `download_failed`, `unsupported_model`, `invalid_model_file`
 */
export async function findRepositoryFormat(name: string, options: PullOptions, surroundings: Surroundings): Promise<RepositoryFormat> {
  if ((await readTrustedRepository(surroundings.store, name)) !== undefined) return 'safetensors';
  const listing = await askHub(name, options, surroundings);
  return listing.onnx.length > 0 ? 'onnx' : 'safetensors';
}

/**
 * Downloads what a repository's model is converted from. Nobody pins these files: `trustFirst` records which they were, with their hashes, and
 * from then on they are these and no others. Small files come first, so that a model we cannot run is refused before its weights are fetched.
 */
export async function pullRepository(name: string, options: PullOptions, surroundings: Surroundings): Promise<Pulled> {
  const { store } = surroundings;
  const trusted = await readTrustedRepository(store, name);
  const listing = trusted === undefined ? await askHub(name, options, surroundings) : undefined;
  if (listing?.files.length === 0) {
    throw new TaskError('unsupported_model', `${name} has no .safetensors. It ships ONNX: load it as "transformers-js:${name}".`, { details: { name, files: listing.onnx } });
  }
  const model = trusted ?? toModel(name, listing!);
  if (options.dryRun) return await pullModel(model, options, surroundings);
  if (listing !== undefined && options.trustFirst) await writeRecord(recordPath(store, name), listing);
  const { files } = await pullModel({ ...model, files: model.files.filter((file) => !isWeights(file)) }, options, surroundings);
  const config = await readJsonFile(files.find((file) => file.name === 'config.json')!.path!, mostConfigBytes);
  const { model_type: type } = config;
  if (!isEncoderFamily(type)) findHubModelType(typeof type === 'string' ? type : 'none');
  return await pullModel(model, options, surroundings);
}

async function askHub(name: string, options: PullOptions, { environment, stallMs }: Surroundings): Promise<Listing> {
  if (options.offline ?? hubIsOffline(environment)) {
    throw new TaskError('download_failed', `${name} is not on this machine, and no network may be used (offline). Pull it once with a network.`, { details: { name } });
  }
  const client = openHub(environment, stallMs);
  try {
    const listing = readListing(name, await client.describe(name, options.signal ?? new AbortController().signal));
    if (listing.gated && !environment['HF_TOKEN']) {
      throw new TaskError('download_failed', `${name} is gated: its publisher asks who you are. Accept the terms on its page of the Hub, and set HF_TOKEN to a token of your account.`, { details: { name, gated: true } });
    }
    return listing;
  } catch (error) {
    throw error instanceof TaskError && error.code === 'upstream_failed' ? explain(error, name) : error;
  } finally {
    await client.close();
  }
}

function explain(error: TaskError, name: string): TaskError {
  const { status } = error.details;
  // The Hub answers 401 for what there is not, so that nobody learns what is private.
  if (status !== 404 && status !== 401) {
    return new TaskError('download_failed', `What ${name} consists of could not be asked: ${error.message}`, { retryable: error.retryable, details: { name }, cause: error });
  }
  const nearest = nearestName(name, catalog.flatMap((model) => model.aliases.filter((alias) => alias.includes('/'))));
  throw new TaskError('model_not_found', `The Hub has no model ${name}, or it is private. Check the name${nearest === undefined ? '' : ` (did you mean "${nearest}"?)`}; for a private one set HF_TOKEN.`, {
    details: { name, nearest },
    cause: error,
  });
}

function toModel(id: string, { revision, licence, files }: Listing): CatalogModel {
  const listed = files.map(({ name, ...known }): ModelFile => ({ name, ...known, sources: [hub(id, name, revision)] }));
  return { id, aliases: [], kind: 'decoder', architecture: 'unknown', licence, languages: [], files: listed };
}

function isWeights({ name }: ModelFile): boolean {
  return name.endsWith('.safetensors');
}

function recordPath(store: Store, name: string): string {
  return trustPath(store, name, '');
}
