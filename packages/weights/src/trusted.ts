import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CatalogModel, ModelFile } from './catalog.ts';
import { explainDiskError } from './disk.ts';
import { TaskError } from './errors.ts';
import type { Store } from './store.ts';

/** A hash that the user accepted unseen: the first download decided what the right bytes are. */
interface TrustedFile {
  model: string;
  file: string;
  sha256: string;
  bytes: number;
}

/** The file with the hash that an earlier `trustFirst` recorded, if there is one. */
export async function applyTrust(store: Store, model: CatalogModel, file: ModelFile): Promise<ModelFile> {
  if (file.sha256 !== undefined) return file;
  const path = trustPath(store, model.id, file.name);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return file;
  const record = parse(text);
  if (record === undefined) throw new TaskError('invalid_model_file', `${path} is damaged. Remove it and pull again with trustFirst.`);
  return { ...file, sha256: record.sha256, bytes: record.bytes };
}

/** Names of the models with such a hash. */
export async function listTrusted(store: Store): Promise<string[]> {
  const names = (await readdir(store.trustedFolder).catch(() => [])).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(names.map((name) => readFile(join(store.trustedFolder, name), 'utf8')));
  return [...new Set(texts.flatMap((text) => parse(text)?.model ?? []))];
}

export async function recordTrust(store: Store, record: TrustedFile): Promise<void> {
  await writeRecord(trustPath(store, record.model, record.file), record);
}

/** Writes a record whole or not at all. */
export async function writeRecord(path: string, record: object): Promise<void> {
  const own = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(own, JSON.stringify(record), { flush: true });
    await rename(own, path);
  } catch (error) {
    throw explainDiskError(error, path);
  }
}

export function trustPath(store: Store, model: string, file: string): string {
  return store.trusted(createHash('sha256').update(`${model}\n${file}`).digest('hex'));
}

function parse(text: string): TrustedFile | undefined {
  try {
    const record = JSON.parse(text) as Partial<TrustedFile> | null;
    const sound = /^[0-9a-f]{64}$/.test(String(record?.sha256)) && Number.isSafeInteger(record?.bytes) && typeof record?.model === 'string';
    return sound ? (record as TrustedFile) : undefined;
  } catch {
    return undefined;
  }
}
