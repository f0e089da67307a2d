import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { findFamily } from '../architectures/families.ts';
import { checkShape, readDecoderShape, type DecoderShape } from '../architectures/shape.ts';
import { isFloatFormat } from '../quantization/block-formats.ts';
import { widenFloats } from '../quantization/round-floats.ts';
import { readTokenizer } from '../tokenizer.ts';
import type { Checkpoint, StoredTensor } from './checkpoint.ts';
import { failFile } from './fail-file.ts';
import { readGguf } from './gguf.ts';
import { readMetadataOf } from './metadata.ts';

/** Factors of rotary positions, which Llama 3.1 and later have; the network computes with them and has no such tensor. */
const factorsName = 'rope_freqs.weight';

export async function readGgufCheckpoint(path: string): Promise<Checkpoint> {
  const file = await readGguf(path);
  const name = basename(path);
  const metadata = readMetadataOf(name, file.metadata);
  const family = findFamily(metadata.text('general.architecture'));
  const shape = readDecoderShape(family, metadata);
  const factors = family === 'llama' ? file.tensors.get(factorsName) : undefined;
  return {
    name,
    bytes: file.bytes,
    family,
    shape: factors === undefined ? shape : await addFactors(shape, factors, name),
    tensors: factors === undefined ? file.tensors : new Map([...file.tensors].filter(([tensor]) => tensor !== factorsName)),
    tokenizer: readTokenizer(metadata, family),
  };
}

async function addFactors(shape: DecoderShape, { file, format, rows, columns, offset, bytes }: StoredTensor, name: string): Promise<DecoderShape> {
  if (!isFloatFormat(format) || rows !== 1 || columns !== shape.rotaryDimension / 2) {
    return failFile(name, `has ${rows} x ${columns} numbers in ${factorsName} as ${format}, where ${shape.rotaryDimension / 2} floats are expected`);
  }
  await using handle = await open(file);
  const { buffer } = await handle.read(new Uint8Array(bytes), 0, bytes, offset);
  try {
    return checkShape(name, { ...shape, rotaryFactors: [...widenFloats(format, buffer)] });
  } catch (error) {
    if (error instanceof RangeError) return failFile(name, `has a damaged ${factorsName}: ${error.message}`);
    throw error;
  }
}
