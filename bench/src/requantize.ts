import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readGgufLayout, type TensorEntry } from './gguf-layout.ts';
import { dequantizers, type Dequantize } from './dequantize.ts';

const Q4_0 = 2;
const ALIGNMENT = 32;

/**
 * Writes the same weights in Q4_0, llama.cpp's fastest format on CPUs like this one, for its own row in the table.
 * The token table stays as it is, as llama.cpp's own tool leaves it where the output projection shares it.
 */
export async function requantizeToQ4(gguf: string): Promise<string> {
  const folder = join(tmpdir(), 'glm-tasks-bench-q4_0');
  const target = join(folder, `${createHash('sha256').update(basename(gguf)).digest('hex').slice(0, 16)}.gguf`);
  if (existsSync(target)) return target;
  mkdirSync(folder, { recursive: true });
  console.error(`re-quantizing ${basename(gguf)} to Q4_0 for llama.cpp's own row`);
  const file = readFileSync(gguf);
  const layout = readGgufLayout(file);
  const bodies = layout.tensors.map((tensor) => convertTensor(file.subarray(tensor.offset, tensor.offset + tensor.bytes), tensor));
  let offset = 0;
  const entries = layout.tensors.map((tensor, index) => {
    const entry = encodeEntry(tensor, bodies[index]!.type, offset);
    offset += pad(bodies[index]!.data.length);
    return entry;
  });
  const head = Buffer.concat([layout.beforeTensors, ...entries]);
  const parts = [head, Buffer.alloc(pad(head.length) - head.length), ...bodies.flatMap(({ data }) => [data, Buffer.alloc(pad(data.length) - data.length)])];
  writeFileSync(`${target}.partial`, Buffer.concat(parts));
  renameSync(`${target}.partial`, target);
  return target;
}

const pad = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

function convertTensor(data: Buffer, tensor: TensorEntry): { data: Buffer; type: number } {
  const dequantize = dequantizers[tensor.type];
  const keep = dequantize === undefined || tensor.name === 'token_embd.weight' || tensor.name === 'output.weight';
  return keep ? { data, type: tensor.type } : { data: quantize(data, dequantize), type: Q4_0 };
}

/** The reference rounding of Q4_0: the weight of largest magnitude in a block of 32 becomes -8. */
function quantize(data: Buffer, { bytes, weights, read }: Dequantize): Buffer {
  const blocks = data.length / bytes;
  const out = Buffer.alloc(((blocks * weights) / 32) * 18);
  const values = new Float32Array(weights);
  const half = new Uint16Array(1);
  const single = new Float32Array(1);
  let at = 0;
  for (let block = 0; block < blocks; block++) {
    read(data, block * bytes, values);
    for (let from = 0; from < weights; from += 32, at += 18) {
      let extreme = 0;
      for (let index = from; index < from + 32; index++) if (Math.abs(values[index]!) > Math.abs(extreme)) extreme = values[index]!;
      single[0] = extreme / -8;
      half[0] = toHalf(single);
      out.writeUInt16LE(half[0], at);
      const inverse = single[0] === 0 ? 0 : 1 / single[0];
      const code = (index: number): number => Math.min(15, Math.trunc(values[index]! * inverse + 8.5));
      for (let index = 0; index < 16; index++) out[at + 2 + index] = code(from + index) | (code(from + index + 16) << 4);
    }
  }
  return out;
}

const bits = new Uint32Array(1);

function toHalf(value: Float32Array): number {
  bits[0] = new Uint32Array(value.buffer)[0]!;
  const sign = (bits[0] >>> 16) & 0x8000;
  const exponent = ((bits[0] >>> 23) & 0xff) - 112;
  const mantissa = bits[0] & 0x7fffff;
  if (exponent <= 0) return exponent < -10 ? sign : sign | Math.round((mantissa | 0x800000) / 2 ** (14 - exponent));
  return sign | Math.min(0x7bff, (exponent << 10) + Math.round(mantissa / 2 ** 13));
}

function encodeEntry({ name, dimensions }: TensorEntry, type: number, offset: number): Buffer {
  const text = Buffer.from(name);
  const entry = Buffer.alloc(8 + text.length + 4 + dimensions.length * 8 + 4 + 8);
  entry.writeBigUInt64LE(BigInt(text.length), 0);
  text.copy(entry, 8);
  let at = entry.writeUInt32LE(dimensions.length, 8 + text.length);
  for (const dimension of dimensions) at = entry.writeBigUInt64LE(BigInt(dimension), at);
  at = entry.writeUInt32LE(type, at);
  entry.writeBigUInt64LE(BigInt(offset), at);
  return entry;
}
