import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest as ConverterManifest } from './convert.ts';
import { flushFolder } from './disk.ts';

/** What the converter writes last of all, as far as it is checked: a folder without it is half-written. */
type Manifest = Pick<ConverterManifest, 'format' | 'converterVersion' | 'source' | 'files'>;

const safeFile = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,95}(\/[A-Za-z0-9][A-Za-z0-9_.-]{0,95})*$/;
const largestManifest = 1 << 20;

/** Reads the manifest and compares every listed file's size. The string says what is wrong. */
export async function checkConvertedFolder(folder: string): Promise<Manifest | string> {
  const manifest = await readManifest(folder);
  if (typeof manifest === 'string') return manifest;
  for (const [name, { bytes }] of Object.entries(manifest.files)) {
    const info = await stat(join(folder, name)).catch(() => undefined);
    if (!info?.isFile()) return `${name} is missing`;
    if (info.size !== bytes) return `${name} has ${info.size} bytes where the manifest says ${bytes}`;
  }
  return manifest;
}

/** Makes sure that a power cut cannot leave the folder with a manifest but without the bytes. */
export async function flushConvertedFolder(folder: string, manifest: Manifest): Promise<void> {
  for (const name of [...Object.keys(manifest.files), 'manifest.json']) {
    const handle = await open(join(folder, name), 'r+');
    await handle.sync().finally(() => handle.close());
  }
  await flushFolder(folder);
}

async function readManifest(folder: string): Promise<Manifest | string> {
  const path = join(folder, 'manifest.json');
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) return 'there is no manifest.json';
  if (info.size > largestManifest) return `manifest.json has ${info.size} bytes`;
  let manifest: unknown;
  try {
    manifest = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return 'manifest.json is not JSON';
  }
  return isManifest(manifest) ? manifest : 'manifest.json is not a manifest of format 1';
}

function isManifest(value: unknown): value is Manifest {
  const { format, converterVersion, source, files } = (value ?? {}) as Partial<Manifest>;
  return (
    format === 1 &&
    Number.isSafeInteger(converterVersion) &&
    typeof source?.file === 'string' &&
    typeof source.sha256 === 'string' &&
    typeof files === 'object' &&
    files !== null &&
    Object.entries(files).length > 0 &&
    Object.entries(files).every(([name, file]) => safeFile.test(name) && Number.isSafeInteger(file?.bytes))
  );
}
