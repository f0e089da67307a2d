import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { catalog, findModel, type CatalogModel } from './catalog.ts';
import { checkConvertedFolder } from './converted-folder.ts';
import { placedFile } from './fetch-file.ts';
import { hashOfFiles } from './files-hash.ts';
import { isRepositoryName, readTrustedRepository } from './hub-repository.ts';
import { longestPartial, removeLeftovers } from './partial-file.ts';
import { measureProgress, type OnProgress } from './progress.ts';
import { digestInName, openStore, ownerInName, type Store } from './store.ts';
import { applyTrust, listTrusted } from './trusted.ts';

export interface StoredFile {
  name: string;
  sha256?: string;
  /** Undefined while it is not there. */
  path?: string;
  /** Bytes on disk, of the file or of its begun download. */
  bytes: number;
}

export interface ConvertedModel {
  folder: string;
  bytes: number;
  /** What is wrong with the folder; undefined for a sound one. */
  problem?: string;
}

/** A model as far as it lies on this machine's disk. */
export interface StoredModel {
  id: string;
  /** Undefined for a conversion of a file that is in no catalog. */
  model?: CatalogModel;
  files: StoredFile[];
  converted: ConvertedModel[];
  /** Bytes on disk, all together. */
  bytes: number;
}

export interface Verdict {
  path: string;
  ok: boolean;
  want: string;
  got: string;
}

/** Models with anything on disk: those of the catalog, then files of the Hub that were trusted, then conversions of other files. */
export async function listModels(store: Store = openStore()): Promise<StoredModel[]> {
  const trusted = await Promise.all((await listTrusted(store)).map((name) => (isRepositoryName(name) ? readTrustedRepository(store, name) : findModel(name))));
  const models = [...catalog, ...trusted.filter((model) => model !== undefined)];
  const known = await Promise.all(models.map((model) => describe(store, model)));
  const digests = new Set(known.flatMap((model) => [...model.files.map((file) => file.sha256), hashOfFiles(model.files)]));
  const others = (await convertedFolders(store)).filter(({ sha256 }) => !digests.has(sha256));
  const rest = others.map(({ source, converted }) => ({ id: source, files: [], converted: [converted], bytes: converted.bytes }));
  return [...known, ...rest].filter((model) => model.bytes > 0);
}

/** One model, whether or not anything of it is on disk. */
export async function showModel(name: string, store: Store = openStore()): Promise<StoredModel> {
  return await describe(store, await findStored(store, name));
}

/** Removes a model's files, begun downloads and conversions. @returns what was freed */
export async function removeModel(name: string, store: Store = openStore()): Promise<{ removed: string[]; bytes: number }> {
  const stored = await describe(store, await findStored(store, name));
  const removed: string[] = [];
  for (const file of stored.files) {
    if (file.sha256 !== undefined) await removeLeftovers(store, file.sha256);
    if (file.path !== undefined) removed.push(file.path);
  }
  removed.push(...stored.converted.map((converted) => converted.folder));
  for (const path of removed) await rm(path, { recursive: true, force: true });
  return { removed, bytes: stored.bytes };
}

/**
 * Reads a model's files again and compares their SHA-256; compares the sizes in converted folders.
 *
 * @param options.repair remove what is damaged, so that the next pull or use makes it anew. Default false.
 */
export async function verifyModel(
  name: string,
  { repair = false, signal, onProgress }: { repair?: boolean; signal?: AbortSignal; onProgress?: OnProgress } = {},
  store: Store = openStore(),
): Promise<Verdict[]> {
  const stored = await describe(store, await findStored(store, name));
  const verdicts: Verdict[] = [];
  for (const { path, sha256, name: file, bytes } of stored.files) {
    if (path === undefined || sha256 === undefined) continue;
    const hash = createHash('sha256');
    const progress = measureProgress(onProgress, { stage: 'verify', file, total: bytes });
    let read = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
      hash.update(chunk as Buffer);
      progress((read += (chunk as Buffer).length));
    }
    const got = hash.digest('hex');
    verdicts.push({ path, ok: got === sha256, want: sha256, got });
  }
  for (const { folder, problem } of stored.converted) verdicts.push({ path: folder, ok: problem === undefined, want: 'as in its manifest', got: problem ?? 'as in its manifest' });
  if (repair) for (const { path, ok } of verdicts) if (!ok) await rm(path, { recursive: true, force: true });
  return verdicts;
}

async function findStored(store: Store, name: string): Promise<CatalogModel> {
  const repository = isRepositoryName(name) ? await readTrustedRepository(store, name) : undefined;
  return repository ?? findModel(name);
}

async function describe(store: Store, model: CatalogModel): Promise<StoredModel> {
  const files: StoredFile[] = [];
  for (const listed of model.files) {
    const file = await applyTrust(store, model, listed);
    const { name, sha256 } = file;
    if (sha256 === undefined) {
      files.push({ name, bytes: 0 });
      continue;
    }
    const path = await placedFile(store, file);
    const bytes = path === undefined ? await longestPartial(store, sha256) : (await stat(path)).size;
    files.push({ name, sha256, bytes, ...(path === undefined ? {} : { path }) });
  }
  const digests = new Set([...files.map((file) => file.sha256), hashOfFiles(files)]);
  const converted = (await convertedFolders(store)).filter(({ sha256 }) => digests.has(sha256)).map((folder) => folder.converted);
  const bytes = [...files, ...converted].reduce((sum, part) => sum + part.bytes, 0);
  return { id: model.id, model, files, converted, bytes };
}

async function convertedFolders(store: Store): Promise<{ sha256: string; source: string; converted: ConvertedModel }[]> {
  const names = await readdir(store.modelsFolder).catch(() => []);
  const folders = [];
  for (const name of names) {
    const sha256 = digestInName(name);
    if (sha256 === undefined || ownerInName(name) !== undefined) continue;
    const folder = join(store.modelsFolder, name);
    const manifest = await checkConvertedFolder(folder);
    const sound = typeof manifest !== 'string';
    const converted = { folder, bytes: await bytesIn(folder), ...(sound ? {} : { problem: manifest }) };
    folders.push({ sha256, source: sound ? manifest.source.file : name, converted });
  }
  return folders;
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
