import { mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createDecoderBlocks } from './architectures/decoder.ts';
import { families, type Family } from './architectures/families.ts';
import { enginePort, transformersPort } from './architectures/ports.ts';
import { readAdapter } from './adapter.ts';
import { copyWeights } from './copy-weights.ts';
import { TaskError } from './errors.ts';
import { readCheckpoint, type Checkpoint } from './formats/checkpoint.ts';
import { createDataFile } from './onnx/data-file.ts';
import { createGraph } from './onnx/graph.ts';
import { measureProgress, type OnProgress } from './progress.ts';
import { createWeightPlan } from './weight-plan.ts';

/** Counts up whenever the same file would convert to something else, so that old folders are converted anew. */
export const CONVERTER_VERSION = 4;

/** `source` keeps float matrices as float32, `8bit` rounds them; `auto` keeps them in files below 200 MB. */
export type Precision = 'auto' | 'source' | '8bit';

export interface ConvertOptions {
  precision: Precision;
  /** Hash of the checkpoint, as computed by the caller; noted in the manifest. */
  sourceSha256: string;
  /** A low-rank adapter that is added to the weights, and its hash. */
  adapter?: { path: string; sha256: string } | undefined;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** `manifest.json`: what a converted folder holds and what it was made from. It is written last. */
export interface Manifest {
  format: 1;
  converterVersion: number;
  family: Family;
  precision: Precision;
  source: { file: string; sha256: string; bytes: number };
  adapter?: { file: string; sha256: string };
  contextLength: number;
  vocabularySize: number;
  layers: number;
  keyValueHeads: number;
  headDimension: number;
  eosTokenIds: number[];
  bosTokenId?: number;
  addBos: boolean;
  files: Record<string, { bytes: number }>;
}

const smallFile = 200_000_000;

/**
 * Turns a checkpoint into a folder that our engine and transformers.js can run: two ONNX graphs over one file of
 * weights, tokenizer and configuration. Quantized weights keep their value, except in the matrices that an adapter
 * changes: those are floats afterwards, and kept or rounded as floats are. On the codes of the base they would be
 * rounded to 4 bits again, which ruins a model (docs/decisions/001-quantization.md).
 *
 * @param path a `.gguf` file, or a folder of the Hub with `config.json`, `tokenizer.json` and `*.safetensors`
 * @param outputFolder exists and is empty
 * @throws TaskError `invalid_model_file`, `unsupported_model`, `invalid_input` (an adapter of another base), `insufficient_disk` or `aborted`
 */
export async function convertDecoder(path: string, outputFolder: string, options: ConvertOptions): Promise<void> {
  const checkpoint = await readCheckpoint(path);
  const { family, shape, tokenizer } = checkpoint;
  const adapter = options.adapter === undefined ? undefined : await readAdapter(options.adapter.path, checkpoint);
  const roundFloats = options.precision === '8bit' || (options.precision === 'auto' && checkpoint.bytes >= smallFile);

  const data = createDataFile('model.onnx_data');
  const plan = createWeightPlan({ ...checkpoint, ...(adapter === undefined ? {} : { adapter }) }, data, roundFloats);
  const ports = { 'engine.onnx': enginePort, 'model.onnx': transformersPort };
  const graphs = Object.entries(ports).map(([name, openPort]) => {
    const graph = createGraph(family, data.name);
    families[family](createDecoderBlocks(graph, plan, shape, openPort(graph, shape)));
    return { name, encoded: graph.encode() };
  });
  checkVocabulary(checkpoint);
  checkAllUsed(checkpoint, plan.unused());

  const onnxFolder = join(outputFolder, 'onnx');
  await mkdir(onnxFolder, { recursive: true });
  const dataPath = join(onnxFolder, data.name);
  await writeTables(dataPath, data.bytes(), plan.tables());
  const placements = plan.placements();
  const total = placements.reduce((sum, { tensor }) => sum + tensor.bytes, 0);
  const onCopied = measureProgress(options.onProgress, { stage: 'convert', file: basename(path), total });
  await copyWeights(placements, { source: path, target: dataPath, signal: options.signal, onCopied });
  for (const { name, encoded } of graphs) await writeFile(join(onnxFolder, name), encoded);

  await writeJson(join(outputFolder, 'tokenizer.json'), tokenizer.json);
  await writeJson(join(outputFolder, 'tokenizer_config.json'), { ...tokenizer.config, model_max_length: shape.contextLength });
  await writeJson(join(outputFolder, 'config.json'), describeForTransformers(checkpoint));
  await writeJson(join(outputFolder, 'generation_config.json'), { eos_token_id: tokenizer.eosTokenIds, bos_token_id: tokenizer.bosTokenId });
  await writeJson(join(outputFolder, 'manifest.json'), await describe(checkpoint, outputFolder, options));
}

function checkVocabulary({ name, tensors, tokenizer }: Checkpoint): void {
  const rows = tensors.get('token_embd.weight')?.rows;
  if (rows === tokenizer.vocabularySize) return;
  throw new TaskError(
    'invalid_model_file',
    `${name} has ${tokenizer.vocabularySize} tokens but ${rows} rows of token_embd.weight. Fetch the file again.`,
    { details: { tokens: tokenizer.vocabularySize, rows } },
  );
}

/** A tensor that the network leaves out would change what the model says, without any error. */
function checkAllUsed({ name, family }: Checkpoint, unused: readonly string[]): void {
  if (unused.length === 0) return;
  const some = unused.slice(0, 3).join(', ');
  throw new TaskError('unsupported_model', `${name} has ${unused.length} tensors that no ${family} model has: ${some}.`, {
    details: { unused: unused.slice(0, 20) },
  });
}

async function writeTables(path: string, bytes: number, tables: ReadonlyMap<{ offset: number }, () => Float32Array>): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.truncate(bytes);
    for (const [{ offset }, compute] of tables) {
      const table = compute();
      await handle.write(new Uint8Array(table.buffer), 0, table.byteLength, offset);
    }
  } finally {
    await handle.close();
  }
}

/** transformers.js has no "chatglm" and no "glm4": for it they are GLMs, since it looks at the graph's inputs and the sizes of the cache alone. */
const typeForTransformers: Readonly<Record<Family, string>> = { qwen2: 'qwen2', qwen3: 'qwen3', llama: 'llama', minicpm: 'llama', chatglm: 'glm', glm4: 'glm' };

function describeForTransformers({ family, shape, tokenizer }: Checkpoint): object {
  return {
    model_type: typeForTransformers[family],
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.keyValueHeads,
    head_dim: shape.headDimension,
    hidden_size: shape.hidden,
    vocab_size: tokenizer.vocabularySize,
    max_position_embeddings: shape.contextLength,
    rms_norm_eps: shape.normalisationEpsilon,
    rope_theta: shape.rotaryBase,
    bos_token_id: tokenizer.bosTokenId,
    eos_token_id: tokenizer.eosTokenIds,
    'transformers.js_config': { use_external_data_format: true, dtype: 'fp32' },
  };
}

async function describe({ name, bytes, family, shape, tokenizer }: Checkpoint, folder: string, options: ConvertOptions): Promise<Manifest> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (path) => ({ path, bytes: (await stat(path)).size })));
  return {
    format: 1,
    converterVersion: CONVERTER_VERSION,
    family,
    precision: options.precision,
    source: { file: name, sha256: options.sourceSha256, bytes },
    ...(options.adapter === undefined ? {} : { adapter: { file: basename(options.adapter.path), sha256: options.adapter.sha256 } }),
    contextLength: shape.contextLength,
    vocabularySize: tokenizer.vocabularySize,
    layers: shape.layers,
    keyValueHeads: shape.keyValueHeads,
    headDimension: shape.headDimension,
    eosTokenIds: tokenizer.eosTokenIds,
    ...(tokenizer.bosTokenId === undefined ? {} : { bosTokenId: tokenizer.bosTokenId }),
    addBos: tokenizer.addBos,
    files: Object.fromEntries(sizes.map((file) => [file.path.slice(folder.length + 1).replaceAll('\\', '/'), { bytes: file.bytes }])),
  };
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, JSON.stringify(value));
}
