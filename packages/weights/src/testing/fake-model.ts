import { createHash } from 'node:crypto';
import type { CatalogModel, ChunkHashes, FileSource } from '../catalog.ts';

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

export function chunksOf(bytes: Buffer, bytesEach: number): ChunkHashes {
  const sha256 = Array.from({ length: Math.ceil(bytes.length / bytesEach) }, (_, index) => sha256Of(bytes.subarray(index * bytesEach, (index + 1) * bytesEach)));
  return { bytesEach, sha256 };
}

/** A catalog entry for these bytes; `pinned: false` leaves the hash out. */
export function fakeModel(bytes: Buffer, { sources = [hubSource], pinned = true, chunks }: { sources?: FileSource[]; pinned?: boolean; chunks?: ChunkHashes } = {}): CatalogModel {
  const pin = pinned ? { bytes: bytes.length, sha256: sha256Of(bytes), ...(chunks === undefined ? {} : { chunks }) } : {};
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
