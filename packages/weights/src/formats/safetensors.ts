import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { TaskError } from '../errors.ts';
import { checkNesting } from './json-nesting.ts';

const bytesEach = {
  BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1, U16: 2, I16: 2, F16: 2, BF16: 2, U32: 4, I32: 4, F32: 4, U64: 8, I64: 8, F64: 8,
} as const;

export type SafetensorsFormat = keyof typeof bytesEach;

export interface SafetensorsTensor {
  name: string;
  format: SafetensorsFormat;
  /** Outermost dimension first; empty for a single number. */
  shape: readonly number[];
  /** From the start of the file. */
  offset: number;
  bytes: number;
}

export interface SafetensorsFile {
  path: string;
  bytes: number;
  tensors: ReadonlyMap<string, SafetensorsTensor>;
  metadata: Readonly<Record<string, string>>;
}

const lengthBytes = 8;
// The format allows 100 MB; the most tensors that we read need about 13 MB, and a header is read as a whole.
const longestHeader = 16 << 20;
const mostTensors = 65_536;
const mostMetadata = 4096;
const longestName = 512;
const mostDimensions = 8;
// The whole, an entry of it, a list in that.
const deepest = 3;

type Fail = (field: string, problem: string) => never;

/**
 * Reads the header of a safetensors file: which tensors it holds, and where they lie. No weight is read.
 * Source of the format: https://github.com/huggingface/safetensors (README, "Format")
 *
 * @throws TaskError `invalid_model_file`, naming the field, for a file that is damaged or hostile; `unsupported_model` for a number format that
 * we do not know
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  const file = basename(path);
  const fail: Fail = (field, problem) => {
    throw new TaskError('invalid_model_file', `${file} is not a sound safetensors file: ${field} ${problem}. Fetch the file again.`, {
      details: { file, field: field.slice(0, 200) },
    });
  };
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const headerBytes = await readHeaderLength(handle, size, fail);
    const header = parseHeader(await readExactly(handle, lengthBytes, headerBytes, fail), fail);
    const { __metadata__: metadata, ...entries } = header;
    const listed = Object.entries(entries);
    if (listed.length > mostTensors) fail('header', `lists ${listed.length} tensors; at most ${mostTensors} are read`);
    const tensors = listed.map(([name, entry]) => readEntry(name, entry, { file, fail }));
    return { path, bytes: size, tensors: placeTensors(tensors, lengthBytes + headerBytes, size, fail), metadata: readMetadata(metadata, fail) };
  } finally {
    await handle.close();
  }
}

async function readHeaderLength(handle: FileHandle, fileBytes: number, fail: Fail): Promise<number> {
  if (fileBytes < lengthBytes) fail('header length', `needs ${lengthBytes} bytes, but the file has ${fileBytes}`);
  const length = Buffer.from(await readExactly(handle, 0, lengthBytes, fail)).readBigUInt64LE();
  if (length > longestHeader) fail('header length', `is ${length}; at most ${longestHeader} bytes are read`);
  const headerBytes = Number(length);
  if (headerBytes < 2) fail('header length', `is ${headerBytes}`);
  if (lengthBytes + headerBytes > fileBytes) fail('header length', `is ${headerBytes}, but the file ends at ${fileBytes}`);
  return headerBytes;
}

async function readExactly(handle: FileHandle, position: number, bytes: number, fail: Fail): Promise<Uint8Array> {
  const buffer = new Uint8Array(bytes);
  for (let filled = 0; filled < bytes; ) {
    const { bytesRead } = await handle.read(buffer, filled, bytes - filled, position + filled);
    if (bytesRead === 0) fail('header', 'is cut off: the file shrank while it was read');
    filled += bytesRead;
  }
  return buffer;
}

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail('header', 'is not valid UTF-8');
  }
  if (!text.startsWith('{')) fail('header', 'does not begin with "{"');
  // First, because a parser builds whatever depth it is given and takes the last of two equal keys without a word.
  const problem = checkNesting(text, deepest);
  if (problem !== undefined) fail('header', problem);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return fail('header', 'is not JSON');
  }
}

/** One tensor; its `offset` still counts from the end of the header. */
function readEntry(name: string, entry: unknown, { file, fail }: { file: string; fail: Fail }): SafetensorsTensor {
  if (name === '' || name.length > longestName) fail('header', `has a tensor name of ${name.length} characters`);
  const { dtype, shape, data_offsets: offsets } = (isObject(entry) ? entry : fail(name, 'is not described by an object')) as Record<string, unknown>;
  if (typeof dtype !== 'string') return fail(name, 'has no "dtype"');
  if (!isSizes(shape) || shape.length > mostDimensions) return fail(name, `has the impossible shape ${show(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) return fail(name, `has the impossible data_offsets ${show(offsets)}`);
  const format = readFormat(dtype, name, file);
  const bytes = shape.reduce((product, dimension) => product * dimension, bytesEach[format]);
  if (!Number.isSafeInteger(bytes)) fail(name, `has the impossible shape ${show(shape)}`);
  const [begin, end] = offsets as [number, number];
  if (end - begin !== bytes) fail(name, `lies from ${begin} to ${end}, but ${format} of shape ${show(shape)} takes ${bytes} bytes`);
  return { name, format, shape, offset: begin, bytes };
}

function readFormat(dtype: string, name: string, file: string): SafetensorsFormat {
  if (Object.hasOwn(bytesEach, dtype)) return dtype as SafetensorsFormat;
  const shown = dtype.slice(0, 40);
  throw new TaskError('unsupported_model', `${file} stores ${name} as "${shown}". Known: ${Object.keys(bytesEach).join(', ')}.`, {
    details: { file, tensor: name, format: shown },
  });
}

/** The tensors fill the rest of the file without gap or overlap, as the format demands: nothing can hide between them. */
function placeTensors(tensors: readonly SafetensorsTensor[], dataStart: number, fileBytes: number, fail: Fail): Map<string, SafetensorsTensor> {
  let end = 0;
  for (const { name, offset, bytes } of tensors.toSorted((a, b) => a.offset - b.offset || a.bytes - b.bytes)) {
    if (offset !== end) fail(name, `begins at ${offset} of the data, ${offset < end ? 'inside another tensor' : `but nothing lies from ${end} on`}`);
    end = offset + bytes;
    if (dataStart + end > fileBytes) fail(name, `ends at ${dataStart + end}, but the file ends at ${fileBytes}`);
  }
  if (dataStart + end !== fileBytes) fail('data', `ends at ${dataStart + end}, but the file ends at ${fileBytes}`);
  return new Map(tensors.map((tensor) => [tensor.name, { ...tensor, offset: dataStart + tensor.offset }]));
}

function readMetadata(metadata: unknown, fail: Fail): Record<string, string> {
  if (metadata === undefined) return {};
  const entries = isObject(metadata) ? Object.entries(metadata) : fail('__metadata__', 'is not an object');
  if (entries.length > mostMetadata) fail('__metadata__', `has ${entries.length} entries; at most ${mostMetadata} are read`);
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === 'string' ? value : fail('__metadata__', `has an entry ${show(key)} that is not a text`)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'none';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
