import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { TaskError } from '../errors.ts';
import { blockFormats, findBlockFormat, nameOtherFormat, type BlockFormat } from '../quantization/block-formats.ts';
import type { StoredTensor } from './checkpoint.ts';
import { createHeaderReader, numberBytes, type HeaderReader, type NumberType } from './header-reader.ts';

export type GgufScalar = number | boolean | string;
export type GgufValue = GgufScalar | readonly GgufScalar[];

export interface GgufFile {
  path: string;
  bytes: number;
  /** What lists hold is read when it is asked for: a vocabulary takes more memory than all else. */
  metadata: Pick<ReadonlyMap<string, GgufValue>, 'get' | 'has' | 'size'>;
  tensors: ReadonlyMap<string, StoredTensor>;
}

/** A list that was passed by. */
interface StoredList {
  type: NumberType | 'bool' | 'text';
  length: number;
  start: number;
}

const mostMetadata = 4096;
const mostTensors = 65_536;
const mostElements = 4 << 20;
const longestName = 256;
const largestAlignment = 1 << 20;

/**
 * Reads the header of a GGUF file: what the model is, and where its tensors lie. No weight is read.
 * Source of the format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 *
 * @throws TaskError `invalid_model_file`, naming the field, for a file that is damaged or hostile; `unsupported_model`
 * for a sound one in a version or block format that we do not read
 */
export async function readGguf(path: string): Promise<GgufFile> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const reader = createHeaderReader(handle.fd, basename(path), { bytes: size });
    const { tensorCount, metadataCount } = readPreamble(reader, basename(path));
    const metadata = readMetadata(reader, metadataCount);
    const alignment = readAlignment(reader, metadata);
    const placed = readTensorList(reader, tensorCount, path);
    const dataStart = Math.ceil(reader.position() / alignment) * alignment;
    const get = (key: string): GgufValue | undefined => {
      const value = metadata.get(key);
      return typeof value === 'object' ? readList(path, size, value, key) : value;
    };
    return { path, bytes: size, metadata: { get, has: (key) => metadata.has(key), size: metadata.size }, tensors: placeTensors(reader, placed, { dataStart, alignment, fileBytes: size }) };
  } finally {
    await handle.close();
  }
}

function readPreamble(reader: HeaderReader, file: string): { tensorCount: number; metadataCount: number } {
  const magic = reader.number('u32', 'magic number');
  if (magic !== 0x46554747) reader.fail('magic number', 'is not "GGUF"');
  const version = reader.number('u32', 'version');
  if (version !== 2 && version !== 3) {
    throw new TaskError('unsupported_model', `${file} is GGUF version ${version}; versions 2 and 3 (little-endian) can be read.`, {
      details: { file, version },
    });
  }
  const tensorCount = reader.number('u64', 'tensor count');
  if (tensorCount > mostTensors) reader.fail('tensor count', `is ${tensorCount}; at most ${mostTensors} are read`);
  const metadataCount = reader.number('u64', 'metadata count');
  if (metadataCount > mostMetadata) reader.fail('metadata count', `is ${metadataCount}; at most ${mostMetadata} are read`);
  return { tensorCount, metadataCount };
}

function readMetadata(reader: HeaderReader, count: number): Map<string, GgufScalar | StoredList> {
  const metadata = new Map<string, GgufScalar | StoredList>();
  for (let i = 0; i < count; i++) {
    const key = reader.text(`key of metadata entry ${i}`);
    if (key === '') reader.fail(`key of metadata entry ${i}`, 'is empty');
    if (metadata.has(key)) reader.fail(key, 'appears twice');
    metadata.set(key, readValue(reader, key));
  }
  return metadata;
}

const scalarTypes = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'bool', 'text', 'array', 'u64', 'i64', 'f64'] as const;

function readValue(reader: HeaderReader, key: string): GgufScalar | StoredList {
  const type = readType(reader, key);
  if (type !== 'array') return readScalar(reader, type, key);
  const elementType = readType(reader, key);
  if (elementType === 'array') reader.fail(key, 'is an array of arrays, which no known model uses');
  const length = reader.number('u64', key);
  if (length > mostElements) reader.fail(key, `is an array of ${length}; at most ${mostElements} are read`);
  const bytesEach = elementType === 'text' ? 8 : elementType === 'bool' ? 1 : numberBytes[elementType];
  reader.expect(length * bytesEach, key);
  const start = reader.position();
  if (elementType === 'text') for (let i = 0; i < length; i++) reader.skipText(key);
  else reader.skip(length * bytesEach, key);
  return { type: elementType, length, start };
}

function readList(path: string, bytes: number, { type, length, start }: StoredList, key: string): GgufScalar[] {
  const fd = openSync(path, 'r');
  try {
    const reader = createHeaderReader(fd, basename(path), { bytes, start });
    return Array.from({ length }, () => readScalar(reader, type, key));
  } finally {
    closeSync(fd);
  }
}

function readType(reader: HeaderReader, key: string): (typeof scalarTypes)[number] {
  const id = reader.number('u32', key);
  return scalarTypes[id] ?? reader.fail(key, `has the unknown value type ${id}`);
}

function readScalar(reader: HeaderReader, type: NumberType | 'bool' | 'text', key: string): GgufScalar {
  if (type === 'text') return reader.text(key);
  if (type !== 'bool') return reader.number(type, key);
  const value = reader.number('u8', key);
  return value > 1 ? reader.fail(key, `is the truth value ${value}`) : value === 1;
}

function readAlignment(reader: HeaderReader, metadata: ReadonlyMap<string, GgufScalar | StoredList>): number {
  const key = 'general.alignment';
  const alignment = metadata.get(key) ?? 32;
  const isPowerOfTwo = typeof alignment === 'number' && alignment >= 1 && Number.isInteger(Math.log2(alignment));
  if (!isPowerOfTwo || alignment > largestAlignment) reader.fail(key, `is ${typeof alignment === 'object' ? 'a list' : String(alignment)}, not a power of two up to ${largestAlignment}`);
  return alignment;
}

function readTensorList(reader: HeaderReader, count: number, path: string): StoredTensor[] {
  const names = new Set<string>();
  return Array.from({ length: count }, (_, i) => {
    const name = reader.text(`name of tensor ${i}`);
    if (name === '' || name.length > longestName) reader.fail(`name of tensor ${i}`, `is ${name.length} characters long`);
    if (names.has(name)) reader.fail(name, 'appears twice');
    names.add(name);
    return readTensor(reader, name, path);
  });
}

/** One entry of the tensor list; its `offset` still counts from the start of the data. */
function readTensor(reader: HeaderReader, name: string, path: string): StoredTensor {
  const dimensionCount = reader.number('u32', name);
  if (dimensionCount < 1 || dimensionCount > 4) reader.fail(name, `has ${dimensionCount} dimensions`);
  const dimensions = Array.from({ length: dimensionCount }, () => reader.number('u64', name));
  const weights = dimensions.reduce((product, dimension) => product * dimension, 1);
  if (weights === 0 || !Number.isSafeInteger(weights)) reader.fail(name, `has the impossible shape ${dimensions.join(' x ')}`);
  const format = readFormat(reader, name, basename(path));
  const { weights: weightsEach, bytes: bytesEach } = blockFormats[format];
  const columns = dimensions[0]!;
  if (columns % weightsEach !== 0) reader.fail(name, `has rows of ${columns} weights, which ${format} cannot divide into blocks of ${weightsEach}`);
  const offset = reader.number('u64', name);
  return { name, file: path, format, columns, rows: weights / columns, offset, bytes: (weights / weightsEach) * bytesEach };
}

function readFormat(reader: HeaderReader, name: string, file: string): BlockFormat {
  const id = reader.number('u32', name);
  const format = findBlockFormat(id);
  if (format !== undefined) return format;
  const other = nameOtherFormat(id) ?? reader.fail(name, `has the unknown block format ${id}`);
  const known = Object.keys(blockFormats).join(', ');
  throw new TaskError('unsupported_model', `${file} stores ${name} as ${other}. Choose a file in one of ${known}.`, {
    details: { file, tensor: name, format: other },
  });
}

function placeTensors(
  reader: HeaderReader,
  tensors: readonly StoredTensor[],
  { dataStart, alignment, fileBytes }: { dataStart: number; alignment: number; fileBytes: number },
): Map<string, StoredTensor> {
  let end = 0;
  for (const { name, offset, bytes } of tensors.toSorted((a, b) => a.offset - b.offset)) {
    if (offset % alignment !== 0) reader.fail(name, `begins at ${offset}, which is no multiple of the alignment ${alignment}`);
    if (offset < end) reader.fail(name, `begins at ${offset}, inside another tensor`);
    end = offset + bytes;
    if (dataStart + end > fileBytes) reader.fail(name, `ends at ${dataStart + end}, but the file ends at ${fileBytes}`);
  }
  return new Map(tensors.map((tensor) => [tensor.name, { ...tensor, offset: dataStart + tensor.offset }]));
}
