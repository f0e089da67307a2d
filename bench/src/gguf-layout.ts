import { dequantizers } from './dequantize.ts';

export interface TensorEntry {
  name: string;
  dimensions: number[];
  type: number;
  /** From the start of the file. */
  offset: number;
  bytes: number;
}

const SCALAR_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const STRING = 8;
const ARRAY = 9;
const FLOAT_BYTES: Readonly<Record<number, number>> = { 0: 4, 1: 2 };

/** Where things lie in a GGUF file that has been verified already; the product's own reader trusts nothing and is not needed here. */
export function readGgufLayout(file: Buffer): { beforeTensors: Buffer; tensors: TensorEntry[] } {
  let at = 8;
  const long = (): number => Number(file.readBigUInt64LE((at += 8) - 8));
  const int = (): number => file.readUInt32LE((at += 4) - 4);
  const text = (): string => {
    const length = long();
    return file.toString('utf8', at, (at += length));
  };
  const skipValue = (type: number): void => {
    if (type === STRING) text();
    else if (type === ARRAY) {
      const item = int();
      for (let count = long(); count > 0; count--) skipValue(item);
    } else at += SCALAR_BYTES[type]!;
  };
  const tensorCount = long();
  for (let count = long(); count > 0; count--) {
    text();
    skipValue(int());
  }
  const beforeTensors = file.subarray(0, at);
  const entries = Array.from({ length: tensorCount }, () => {
    const name = text();
    const dimensions = Array.from({ length: int() }, long);
    return { name, dimensions, type: int(), offset: long(), bytes: 0 };
  });
  const start = Math.ceil(at / 32) * 32;
  const tensors = entries.map((entry) => {
    const weights = entry.dimensions.reduce((product, dimension) => product * dimension, 1);
    const format = dequantizers[entry.type];
    const bytes = format === undefined ? weights * FLOAT_BYTES[entry.type]! : (weights / format.weights) * format.bytes;
    return { ...entry, offset: start + entry.offset, bytes };
  });
  return { beforeTensors, tensors };
}
