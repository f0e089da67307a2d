import { mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createDecoderBlocks } from './architectures/decoder.ts';
import { families, findFamily, type Family } from './architectures/families.ts';
import { enginePort, transformersPort } from './architectures/ports.ts';
import { readDecoderShape, type DecoderShape } from './architectures/shape.ts';
import { copyWeights } from './copy-weights.ts';
import { TaskError } from './errors.ts';
import { readGguf, type GgufFile } from './formats/gguf.ts';
import { readMetadataOf } from './formats/gguf-metadata.ts';
import { createDataFile } from './onnx/data-file.ts';
import { createGraph } from './onnx/graph.ts';
import { measureProgress, type OnProgress } from './progress.ts';
import { readTokenizer, type Tokenizer } from './tokenizer.ts';
import { createWeightPlan } from './weight-plan.ts';

/** Counts up whenever the same file would convert to something else, so that old folders are converted anew. */
export const CONVERTER_VERSION = 4;

/** `source` keeps float matrices as float32, `8bit` rounds them; `auto` keeps them in files below 200 MB. */
export type Precision = 'auto' | 'source' | '8bit';

export interface ConvertOptions {
  precision: Precision;
  /** Hash of the GGUF file, as verified by the caller; noted in the manifest. */
  sourceSha256: string;
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
 * Turns a GGUF file into a folder that our engine and transformers.js can run: two ONNX graphs over one file of
 * weights, tokenizer and configuration. Quantized weights keep their value.
 *
 * @param outputFolder exists and is empty
 * @throws TaskError `invalid_model_file`, `unsupported_model`, `insufficient_disk` or `aborted`
 */
export async function convertGguf(ggufPath: string, outputFolder: string, options: ConvertOptions): Promise<void> {
  const file = await readGguf(ggufPath);
  const metadata = readMetadataOf(file);
  const architecture = metadata.text('general.architecture');
  const family = findFamily(architecture);
  const shape = readDecoderShape(architecture, metadata);
  const tokenizer = readTokenizer(metadata);
  const roundFloats = options.precision === '8bit' || (options.precision === 'auto' && file.bytes >= smallFile);

  const data = createDataFile('model.onnx_data');
  const plan = createWeightPlan(file, data, roundFloats);
  const ports = { 'engine.onnx': enginePort, 'model.onnx': transformersPort };
  const graphs = Object.entries(ports).map(([name, openPort]) => {
    const graph = createGraph(family, data.name);
    families[family](createDecoderBlocks(graph, plan, shape, openPort(graph, shape)));
    return { name, encoded: graph.encode() };
  });
  checkVocabulary(file, tokenizer);
  checkAllUsed(file, plan.unused(), family);

  const onnxFolder = join(outputFolder, 'onnx');
  await mkdir(onnxFolder, { recursive: true });
  const dataPath = join(onnxFolder, data.name);
  await writeTables(dataPath, data.bytes(), plan.tables());
  const placements = plan.placements();
  const total = placements.reduce((sum, { tensor }) => sum + tensor.bytes, 0);
  const onCopied = measureProgress(options.onProgress, { stage: 'convert', file: basename(ggufPath), total });
  await copyWeights(placements, { source: ggufPath, target: dataPath, signal: options.signal, onCopied });
  for (const { name, encoded } of graphs) await writeFile(join(onnxFolder, name), encoded);

  await writeJson(join(outputFolder, 'tokenizer.json'), tokenizer.json);
  await writeJson(join(outputFolder, 'tokenizer_config.json'), { ...tokenizer.config, model_max_length: shape.contextLength });
  await writeJson(join(outputFolder, 'config.json'), describeForTransformers(family, shape, tokenizer));
  await writeJson(join(outputFolder, 'generation_config.json'), { eos_token_id: tokenizer.eosTokenIds, bos_token_id: tokenizer.bosTokenId });
  await writeJson(join(outputFolder, 'manifest.json'), await describe(file, outputFolder, { family, shape, tokenizer, options }));
}

function checkVocabulary(file: GgufFile, tokenizer: Tokenizer): void {
  const rows = file.tensors.get('token_embd.weight')?.rows;
  if (rows === tokenizer.vocabularySize) return;
  throw new TaskError(
    'invalid_model_file',
    `${basename(file.path)} has ${tokenizer.vocabularySize} tokens but ${rows} rows of token_embd.weight. Fetch the file again.`,
    { details: { tokens: tokenizer.vocabularySize, rows } },
  );
}

/** A tensor that the network leaves out would change what the model says, without any error. */
function checkAllUsed(file: GgufFile, unused: readonly string[], family: Family): void {
  if (unused.length === 0) return;
  const some = unused.slice(0, 3).join(', ');
  throw new TaskError('unsupported_model', `${basename(file.path)} has ${unused.length} tensors that no ${family} model has: ${some}.`, {
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

function describeForTransformers(family: Family, shape: DecoderShape, tokenizer: Tokenizer): object {
  return {
    model_type: family,
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

async function describe(
  file: GgufFile,
  folder: string,
  { family, shape, tokenizer, options }: { family: Family; shape: DecoderShape; tokenizer: Tokenizer; options: ConvertOptions },
): Promise<Manifest> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (path) => ({ path, bytes: (await stat(path)).size })));
  return {
    format: 1,
    converterVersion: CONVERTER_VERSION,
    family,
    precision: options.precision,
    source: { file: basename(file.path), sha256: options.sourceSha256, bytes: file.bytes },
    contextLength: shape.contextLength,
    vocabularySize: tokenizer.vocabularySize,
    layers: shape.layers,
    keyValueHeads: shape.keyValueHeads,
    headDimension: shape.headDimension,
    eosTokenIds: tokenizer.eosTokenIds,
    ...(tokenizer.bosTokenId === undefined ? {} : { bosTokenId: tokenizer.bosTokenId }),
    addBos: tokenizer.addBos,
    files: Object.fromEntries(sizes.map(({ path, bytes }) => [path.slice(folder.length + 1).replaceAll('\\', '/'), { bytes }])),
  };
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, JSON.stringify(value));
}
