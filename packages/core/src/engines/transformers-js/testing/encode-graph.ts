interface Port {
  name: string;
  type: 'int64' | 'float32';
  /** How many; their lengths are free. */
  dimensions: number;
}

export interface TinyGraph {
  inputs: Port[];
  outputs: Port[];
  nodes: { op: string; inputs: string[]; output: string; attributes?: Record<string, number | number[]> }[];
  tables: { name: string; dimensions: number[]; values: Float32Array | BigInt64Array }[];
}

const types = { float32: 1, int64: 7 };

/** An ONNX model of a few operations. Field numbers are those of onnx.proto. */
export function encodeGraph({ inputs, outputs, nodes, tables }: TinyGraph): Uint8Array {
  const encoded = [
    ...nodes.map(({ op, inputs, output, attributes = {} }) => field(1, [...inputs.map((name) => text(1, name)), text(2, output), text(4, op), ...Object.entries(attributes).map(attribute)])),
    text(2, 'tiny'),
    ...tables.map(({ name, dimensions, values }) =>
      field(5, [...dimensions.map((length) => number(1, length)), number(2, values instanceof Float32Array ? types.float32 : types.int64), text(8, name), bytes(9, new Uint8Array(values.buffer))]),
    ),
    ...inputs.map((port) => field(11, valueInfo(port))),
    ...outputs.map((port) => field(12, valueInfo(port))),
  ];
  return Buffer.concat([number(1, 9), field(7, encoded), field(8, [text(1, ''), number(2, 17)])]);
}

function valueInfo({ name, type, dimensions }: Port): Uint8Array[] {
  const shape = Array.from({ length: dimensions }, (_, index) => field(1, [text(2, `${name}.${index}`)]));
  return [text(1, name), field(2, [field(1, [number(1, types[type]), field(2, shape)])])];
}

function attribute([name, value]: [string, number | number[]]): Uint8Array {
  const values = typeof value === 'number' ? [number(3, value), number(20, 2)] : [...value.map((each) => number(8, each)), number(20, 7)];
  return field(5, [text(1, name), ...values]);
}

function varint(value: number): Uint8Array {
  const groups: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) groups.push((left % 128) | 128);
  return Uint8Array.from([...groups, left]);
}

const number = (key: number, value: number): Uint8Array => Buffer.concat([varint(key * 8), varint(value)]);
const bytes = (key: number, value: Uint8Array): Uint8Array => Buffer.concat([varint(key * 8 + 2), varint(value.length), value]);
const text = (key: number, value: string): Uint8Array => bytes(key, Buffer.from(value));
const field = (key: number, parts: Uint8Array[]): Uint8Array => bytes(key, Buffer.concat(parts));
