import { createHash } from 'node:crypto';
import type { CatalogModel, FileSource } from '../catalog.ts';

/** Bytes that look random and are the same each time. */
export function fakeBytes(count: number, seed = 1): Buffer {
  const blocks: Buffer[] = [];
  for (let index = 0; index * 32 < count; index++) blocks.push(createHash('sha256').update(`${seed}:${index}`).digest());
  return Buffer.concat(blocks).subarray(0, count);
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export const hubSource: FileSource = { kind: 'hub', repository: 'someone/something', revision: 'main', path: 'model.gguf' };

/** A catalog entry for these bytes; `pinned: false` leaves the hash out. */
export function fakeModel(bytes: Buffer, { sources = [hubSource], pinned = true }: { sources?: FileSource[]; pinned?: boolean } = {}): CatalogModel {
  const pin = pinned ? { bytes: bytes.length, sha256: sha256Of(bytes) } : {};
  return {
    id: 'fake-model',
    aliases: [],
    kind: 'decoder',
    architecture: 'llama',
    licence: 'Apache-2.0',
    languages: ['en'],
    files: [{ name: 'model.gguf', sources, ...pin }],
  };
}
