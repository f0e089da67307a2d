import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bert } from './architectures/bert.ts';
import { createEncoderBlocks, positionTable, type EncoderWeights } from './architectures/encoder.ts';
import { embeddingPort, hiddenStatePort, type EncoderPort } from './architectures/encoder-ports.ts';
import { readEncoderShape, type EncoderFamily, type EncoderShape } from './architectures/encoder-shape.ts';
import type { ConvertOptions, Precision } from './convert.ts';
import { planEncoderWeights, type EncoderWeightPlan } from './encoder-weights.ts';
import { TaskError } from './errors.ts';
import { readJsonFile } from './formats/read-json-file.ts';
import { readOptionalJson } from './formats/read-optional.ts';
import { readSafetensors, type SafetensorsFile } from './formats/safetensors.ts';
import { createDataFile } from './onnx/data-file.ts';
import { createGraph, type Graph } from './onnx/graph.ts';
import { measureProgress } from './progress.ts';

/** `manifest.json` of a converted encoder; `kind` tells it from a decoder's. */
export interface EncoderManifest {
  format: 1;
  kind: 'encoder';
  converterVersion: number;
  family: EncoderFamily;
  precision: Precision;
  source: { file: string; sha256: string; bytes: number };
  /** Tokens of a text at most, special ones included. */
  contextLength: number;
  vocabularySize: number;
  /** Numbers in a vector. */
  dimensions: number;
  files: Record<string, { bytes: number }>;
}

export const mostConfigBytes = 1 << 20;
const mostTokenizerBytes = 64 << 20;
const smallFile = 200_000_000;

/**
 * Turns an encoder's checkpoint into a folder that our engine and transformers.js can run.
 *
 * @param folder holds `config.json`, `tokenizer.json` and `model.safetensors`; of a sentence-transformers repository also
 * `sentence_bert_config.json` (how long its texts were) and `1_Pooling/config.json`
 * @param outputFolder exists and is empty
 * @throws TaskError `invalid_model_file`, `unsupported_model`, `insufficient_disk` or `aborted`
 */
export async function convertEncoder(folder: string, outputFolder: string, options: ConvertOptions & { converterVersion: number }): Promise<void> {
  const [config, pooling, sentences] = await Promise.all(['config.json', '1_Pooling/config.json', 'sentence_bert_config.json'].map((name) => readOptionalJson(join(folder, name), mostConfigBytes)));
  const shape = readEncoderShape(config ?? {}, pooling, sentences);
  for (const name of ['tokenizer.json', 'model.safetensors']) await demand(folder, name);
  const tokenizer = await readJsonFile(join(folder, 'tokenizer.json'), mostTokenizerBytes);
  const tokenizerConfig = await readOptionalJson(join(folder, 'tokenizer_config.json'), mostConfigBytes);
  const weights = await readSafetensors(join(folder, 'model.safetensors'));
  const round = options.precision === '8bit' || (options.precision === 'auto' && weights.bytes >= smallFile);

  const data = createDataFile('model.onnx_data');
  const plan = planEncoderWeights(weights, data, { round, firstPosition: shape.firstPosition });
  const graphs = {
    'engine.onnx': buildGraph(data.name, plan, shape, (graph) => embeddingPort(graph, shape)),
    'model.onnx': buildGraph(data.name, plan, shape, hiddenStatePort),
  };
  checkTables(plan, shape, weights);

  const onnxFolder = join(outputFolder, 'onnx');
  await mkdir(onnxFolder, { recursive: true });
  const onWritten = measureProgress(options.onProgress, { stage: 'convert', file: basename(weights.path), total: plan.sourceBytes() });
  await plan.write(join(onnxFolder, data.name), { signal: options.signal, onWritten });
  for (const [name, graph] of Object.entries(graphs)) await writeFile(join(onnxFolder, name), graph.encode());

  // Long texts are our business: a tokenizer that cuts them, or pads all to one length, would do so unseen.
  await writeJson(join(outputFolder, 'tokenizer.json'), { ...tokenizer, truncation: null, padding: null });
  const named = { tokenizer_class: 'PreTrainedTokenizerFast', pad_token: findToken(tokenizer, config?.['pad_token_id'] ?? 0) };
  await writeJson(join(outputFolder, 'tokenizer_config.json'), { ...named, ...tokenizerConfig, model_max_length: shape.contextLength });
  await writeJson(join(outputFolder, 'config.json'), { ...config, 'transformers.js_config': { use_external_data_format: true, dtype: 'fp32' } });
  await writeJson(join(outputFolder, 'manifest.json'), await describe(weights, outputFolder, shape, options));
}

/** The special token of an id: other tools pad with it. */
function findToken(tokenizer: Record<string, unknown>, id: unknown): string | undefined {
  const { added_tokens: added } = tokenizer as { added_tokens?: { id?: unknown; content?: unknown }[] };
  const content = Array.isArray(added) ? added.find((token) => token?.id === id)?.content : undefined;
  return typeof content === 'string' ? content : undefined;
}

async function demand(folder: string, name: string): Promise<void> {
  if ((await stat(join(folder, name)).catch(() => undefined))?.isFile() === true) return;
  throw new TaskError('invalid_model_file', `${folder} has no ${name}. An encoder needs config.json, tokenizer.json and model.safetensors.`, { details: { file: name } });
}

function buildGraph(dataFile: string, plan: EncoderWeights, shape: EncoderShape, openPort: (graph: Graph) => EncoderPort): Graph {
  const graph = createGraph(shape.family, dataFile);
  const port = openPort(graph);
  port.finish(bert(createEncoderBlocks(graph, plan, shape, port)));
  return graph;
}

/** A tensor that the network leaves out, or a row that is not there, would change every vector without any error. */
function checkTables(plan: EncoderWeightPlan, shape: EncoderShape, { path }: SafetensorsFile): void {
  const { rows } = plan.table('embeddings.word_embeddings.weight');
  const places = plan.table(positionTable).rows;
  const file = basename(path);
  if (places < shape.contextLength) {
    throw new TaskError('invalid_model_file', `${file} has positions for ${places} tokens where config.json says ${shape.contextLength}. Fetch the model again.`, {
      details: { positions: places, contextLength: shape.contextLength },
    });
  }
  if (rows !== shape.vocabularySize) {
    throw new TaskError('invalid_model_file', `${file} has ${rows} rows of word_embeddings where config.json says ${shape.vocabularySize} tokens. Fetch the model again.`, {
      details: { rows, tokens: shape.vocabularySize },
    });
  }
  const unused = plan.unused();
  if (unused.length === 0) return;
  throw new TaskError('unsupported_model', `${file} has ${unused.length} tensors that no ${shape.family} encoder has: ${unused.slice(0, 3).join(', ')}.`, {
    details: { unused: unused.slice(0, 20) },
  });
}

async function describe(weights: SafetensorsFile, folder: string, shape: EncoderShape, options: ConvertOptions & { converterVersion: number }): Promise<EncoderManifest> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(paths.map(async (path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), { bytes: (await stat(path)).size }] as const));
  return {
    format: 1,
    kind: 'encoder',
    converterVersion: options.converterVersion,
    family: shape.family,
    precision: options.precision,
    source: { file: basename(weights.path), sha256: options.sourceSha256, bytes: weights.bytes },
    contextLength: shape.contextLength,
    vocabularySize: shape.vocabularySize,
    dimensions: shape.hidden,
    files: Object.fromEntries(sizes),
  };
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, JSON.stringify(value));
}
