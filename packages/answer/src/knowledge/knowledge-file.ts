import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TaskError } from '@glm-tasks/core';
import { z } from 'zod';
import type { KnownSource } from './read-source.ts';

/** Of the format. Another one gets another number. */
const VERSION = 1;
const header = /^\{"glm-tasks":"knowledge","version":(\d+),"sha256":"([0-9a-f]{64})"\}$/;

const dataSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const passageSchema = z.object({
  id: z.string(),
  source: z.string(),
  title: z.string().exactOptional(),
  text: z.string(),
  start: z.number(),
  end: z.number(),
  answer: z.string().exactOptional(),
  variants: z.array(z.string()).exactOptional(),
  data: dataSchema.exactOptional(),
});
const contentsSchema = z.object({
  passageSize: z.number(),
  modelName: z.string().optional(),
  /** Vectors: 32-bit floats, least byte first, one behind the other, in base64. */
  sources: z.array(z.object({ source: z.string(), text: z.string(), passages: z.array(passageSchema), vectors: z.string().optional() })),
});
type StoredSource = z.infer<typeof contentsSchema>['sources'][number];

/** A source with a vector for each passage, where there is a model that makes them. */
export interface EmbeddedSource extends KnownSource {
  vectors: Float32Array[] | undefined;
}

export interface KnowledgeContents {
  passageSize: number;
  /** Of the model that made the vectors. */
  modelName: string | undefined;
  sources: readonly EmbeddedSource[];
}

/** Written beside the file and then renamed: whatever happens, the old file or the new one is there. Only its owner can read it. */
export async function writeKnowledgeFile(path: string, { passageSize, modelName, sources }: KnowledgeContents): Promise<void> {
  const body = JSON.stringify({ passageSize, modelName, sources: sources.map((source) => ({ ...source, vectors: source.vectors && packVectors(source.vectors) })) });
  const temporary = `${path}.${randomUUID()}.temporary`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`{"glm-tasks":"knowledge","version":${VERSION},"sha256":"${hash(body)}"}\n${body}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw explain(error, path);
  }
}

export async function readKnowledgeFile(path: string): Promise<KnowledgeContents> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => Promise.reject(explain(error, path)));
  const end = text.indexOf('\n');
  const [, version, sha256] = header.exec(text.slice(0, Math.max(0, end))) ?? [];
  if (version === undefined) throw new TaskError('invalid_input', `${path} is not a file that a knowledge was saved in.`, { details: { path } });
  if (Number(version) !== VERSION) {
    const message = `${path} was saved in format ${version}, and this version of glm-tasks reads format ${VERSION}; build it anew from its sources.`;
    throw new TaskError('invalid_input', message, { details: { path, version: Number(version), readable: VERSION } });
  }
  const body = text.slice(end + 1).trimEnd();
  if (hash(body) !== sha256) throw new TaskError('integrity_failed', `${path} is damaged: its contents are not those that were saved. Build it anew from its sources.`, { details: { path } });
  const contents = contentsSchema.safeParse(JSON.parse(body));
  if (!contents.success) throw new TaskError('invalid_input', `${path} does not hold a knowledge: ${z.prettifyError(contents.error)}`, { details: { path } });
  const { passageSize, modelName, sources } = contents.data;
  return { passageSize, modelName, sources: sources.map((source) => ({ ...source, vectors: unpackVectors(source, path) })) };
}

function packVectors(vectors: readonly Float32Array[]): string {
  const bytes = Buffer.alloc(4 * vectors.reduce((sum, vector) => sum + vector.length, 0));
  let at = 0;
  for (const vector of vectors) {
    for (const value of vector) at = bytes.writeFloatLE(value, at);
  }
  return bytes.toString('base64');
}

function unpackVectors({ vectors, passages, source }: StoredSource, path: string): Float32Array[] | undefined {
  if (vectors === undefined) return undefined;
  const bytes = Buffer.from(vectors, 'base64');
  const length = passages.length === 0 ? 0 : bytes.length / 4 / passages.length;
  if (!Number.isInteger(length)) throw new TaskError('invalid_input', `${path} does not have a vector for each passage of "${source}".`, { details: { path, source } });
  return passages.map((_, index) => Float32Array.from({ length }, (__, at) => bytes.readFloatLE(4 * (index * length + at))));
}

function hash(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

function explain(error: unknown, path: string): unknown {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new TaskError('insufficient_disk', `The disk of ${path} is full; free some space, or name a file on another disk.`, { details: { path }, retryable: true, cause: error });
  const message = code === 'ENOENT' ? `There is no knowledge at ${path}; save one there first.` : `${path} cannot be used for a knowledge (${code}); name a file in a folder you can use.`;
  return new TaskError('invalid_input', message, { details: { path, code }, cause: error });
}
