export interface TensorParts {
  name: string;
  dtype?: unknown;
  shape?: unknown;
  data?: Uint8Array;
  /** @default right behind the tensor before */
  offsets?: unknown;
}

/** A safetensors file of tensors, with whatever is wrong in them. */
export function writeSafetensors(tensors: readonly TensorParts[], metadata?: unknown): Uint8Array {
  let end = 0;
  const entries = tensors.map(({ name, dtype = 'F32', shape, data = new Uint8Array(), offsets }) => {
    const begin = end;
    end += data.length;
    return [name, { dtype, shape: shape ?? [data.length / 4], data_offsets: offsets ?? [begin, end] }] as const;
  });
  const header = { ...(metadata === undefined ? {} : { __metadata__: metadata }), ...Object.fromEntries(entries) };
  return withHeader(JSON.stringify(header), tensors.map(({ data = new Uint8Array() }) => data));
}

/** @param length what the file says that its header is long */
export function withHeader(header: string | Uint8Array, data: readonly Uint8Array[] = [], length?: bigint): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(text.length));
  return new Uint8Array(Buffer.concat([size, text, ...data]));
}

export function floatBytes(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}
