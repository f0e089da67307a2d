import { stat } from 'node:fs/promises';
import type { Family } from '../architectures/families.ts';
import type { DecoderShape } from '../architectures/shape.ts';
import type { BlockFormat } from '../quantization/block-formats.ts';
import type { Tokenizer } from '../tokenizer.ts';
import { readGgufCheckpoint } from './gguf-checkpoint.ts';
import { readHubFolder } from './hub-folder.ts';

/** Where the weights of one tensor lie, and how. */
export interface StoredTensor {
  name: string;
  /** Path of the file that holds it. */
  file: string;
  format: BlockFormat;
  /** Length of a row: the dimension along which weights lie side by side. */
  columns: number;
  /** All other dimensions multiplied; 1 for a vector. */
  rows: number;
  /** From the start of the file. */
  offset: number;
  bytes: number;
}

/** A model as its publisher stored it: whatever the format, tensors have the names that GGUF gives them. */
export interface Checkpoint {
  /** What people call the file or folder. */
  name: string;
  bytes: number;
  family: Family;
  shape: DecoderShape;
  tensors: ReadonlyMap<string, StoredTensor>;
  tokenizer: Tokenizer;
}

/**
 * Reads all of a checkpoint but its weights.
 *
 * @param path a `.gguf` file, or a folder of the Hub with `config.json`, `tokenizer.json` and `*.safetensors`
 * @throws TaskError `invalid_model_file`, `unsupported_model`
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  return (await stat(path)).isDirectory() ? await readHubFolder(path) : await readGgufCheckpoint(path);
}
