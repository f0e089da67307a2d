import { blockFormats, type BlockFormat } from '../quantization/block-formats.ts';

/** GGUF files for tests, sound ones and, by way of the raw entries, unsound ones. */
export interface GgufParts {
  magic?: string;
  version?: number;
  metadata?: readonly (readonly [key: string, value: MetadataValue])[];
  tensors?: readonly TensorPart[];
  alignment?: number;
  tensorCount?: bigint;
  metadataCount?: bigint;
  data?: Uint8Array;
}

export type MetadataValue = number | boolean | string | { float: number } | { list: readonly (string | number)[] } | { floats: readonly number[] } | { raw: Uint8Array };

export interface TensorPart {
  name: string;
  /** Fastest first, as GGUF writes them. */
  dimensions: readonly (number | bigint)[];
  format: BlockFormat | number;
  offset?: number | bigint;
  data?: Uint8Array;
}

export function writeGguf(parts: GgufParts): Uint8Array {
  const { metadata = [], tensors = [], alignment = 32 } = parts;
  const data: Uint8Array[] = [];
  let end = 0;
  const list = tensors.map((tensor) => {
    const bytes = tensor.data ?? new Uint8Array(sizeOf(tensor));
    const offset = tensor.offset ?? end;
    const padded = new Uint8Array(Math.ceil(bytes.length / alignment) * alignment);
    padded.set(bytes);
    data.push(padded);
    end += padded.length;
    const id = typeof tensor.format === 'number' ? tensor.format : blockFormats[tensor.format].id;
    return join([text(tensor.name), u32(tensor.dimensions.length), ...tensor.dimensions.map(u64), u32(id), u64(offset)]);
  });
  const header = join([
    new TextEncoder().encode(parts.magic ?? 'GGUF'),
    u32(parts.version ?? 3),
    u64(parts.tensorCount ?? tensors.length),
    u64(parts.metadataCount ?? metadata.length),
    ...metadata.map(([key, value]) => join([text(key), encodeValue(value)])),
    ...list,
  ]);
  const padding = new Uint8Array((alignment - (header.length % alignment)) % alignment);
  return join([header, padding, ...(parts.data === undefined ? data : [parts.data])]);
}

function sizeOf({ dimensions, format }: TensorPart): number {
  if (typeof format === 'number') return 0;
  const weights = dimensions.reduce<number>((product, dimension) => product * Number(dimension), 1);
  const bytes = (weights / blockFormats[format].weights) * blockFormats[format].bytes;
  return Number.isSafeInteger(bytes) && bytes < 1 << 26 ? bytes : 0;
}

function encodeValue(value: MetadataValue): Uint8Array {
  if (typeof value === 'number') return join([u32(4), u32(value)]);
  if (typeof value === 'boolean') return join([u32(7), Uint8Array.of(value ? 1 : 0)]);
  if (typeof value === 'string') return join([u32(8), text(value)]);
  if ('float' in value) return join([u32(6), new Uint8Array(Float32Array.of(value.float).buffer)]);
  if ('raw' in value) return value.raw;
  if ('floats' in value) return join([u32(9), u32(6), u64(value.floats.length), new Uint8Array(Float32Array.from(value.floats).buffer)]);
  const isText = typeof value.list[0] === 'string';
  const elements = value.list.map((element) => (typeof element === 'string' ? text(element) : u32(element)));
  return join([u32(9), u32(isText ? 8 : 5), u64(value.list.length), ...elements]);
}

export function u32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

export function u64(value: number | bigint): Uint8Array {
  return new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
}

function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return join([u64(bytes.length), bytes]);
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
