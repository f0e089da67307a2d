import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { PreTrainedModel, PreTrainedTokenizer, PretrainedConfig, ProgressInfo } from '@huggingface/transformers';
import type * as transformersJs from '@huggingface/transformers';
import { isTaskError, storeRoot, TaskError, type LoadProgress } from '@glm-tasks/weights';
import { importOptional } from '../optional-package.ts';
import type { Dtype, ModelOptions } from './protocol.ts';

export type Library = typeof transformersJs;

export interface LoadedModel {
  library: Library;
  model: PreTrainedModel;
  tokenizer: PreTrainedTokenizer;
  name: string;
  contextLength: number;
  eosTokenIds: number[];
}

const DEFAULT_CONTEXT = 4096;
// Smallest first: on a CPU small weights are fast ones, and half precision is slower there than either neighbour.
const PREFERRED: readonly Dtype[] = ['q4', 'q8', 'int8', 'uint8', 'bnb4', 'fp32', 'q4f16', 'fp16'];

/** Loads tokenizer and model, from a folder or from the Hub into our own cache. */
export async function loadModel(options: ModelOptions, onProgress: (progress: LoadProgress) => void): Promise<LoadedModel> {
  const library = await importOptional('@huggingface/transformers', () => import('@huggingface/transformers'));
  const isFolder = (await stat(options.source).catch(() => undefined))?.isDirectory() === true;
  const source = isFolder ? resolve(options.source) : checkRepository(options.source);
  setUp(library, isFolder);
  try {
    const config = await library.AutoConfig.from_pretrained(source);
    const contextLength = planContext(config, options.contextLength);
    const dtype = options.dtype ?? (await chooseDtype(library, config, source));
    const progress_callback = (info: ProgressInfo): void => reportProgress(info, onProgress);
    const tokenizer = await library.AutoTokenizer.from_pretrained(source, { progress_callback });
    const model = await library.AutoModelForCausalLM.from_pretrained(source, {
      config,
      progress_callback,
      device: 'cpu',
      ...(dtype === undefined ? {} : { dtype }),
      // Inputs grow by a token a step; the plan of buffers the runtime would keep for each of these shapes is never used again.
      session_options: { intraOpNumThreads: options.threads, enableMemPattern: false },
    });
    return { library, model, tokenizer, name: isFolder ? basename(source) : source, contextLength, eosTokenIds: readEndTokens(model) };
  } catch (error) {
    throw explainLoadError(error, options.source);
  }
}

function checkRepository(source: string): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(source) && !source.startsWith('.')) return source;
  throw new TaskError('model_not_found', `"${source}" is neither a folder nor a repository of the Hub. Give the path of a folder with an ONNX model, or a name like "onnx-community/Qwen2.5-0.5B-Instruct".`, { details: { source } });
}

function setUp({ env, LogLevel }: Library, isFolder: boolean): void {
  const offline = isFolder || ['1', 'true', 'yes', 'on'].includes((process.env['HF_HUB_OFFLINE'] ?? '').toLowerCase());
  const endpoint = process.env['HF_ENDPOINT'];
  env.logLevel = LogLevel.ERROR;
  env.cacheDir = join(storeRoot(), 'transformers-js');
  // Without the network the cache is read as a folder of models, because the library looks nowhere else then.
  env.localModelPath = env.cacheDir;
  env.allowLocalModels = offline;
  env.allowRemoteModels = !offline;
  if (endpoint) env.remoteHost = endpoint.endsWith('/') ? endpoint : `${endpoint}/`;
}

function planContext(config: PretrainedConfig, wished: number | undefined): number {
  const { max_position_embeddings: limit = Infinity } = config as { max_position_embeddings?: number };
  if (wished !== undefined && wished > limit) {
    throw new TaskError('invalid_input', `"contextLength" is ${wished}, but this model has positions for ${limit} tokens at most.`, { details: { field: 'contextLength', limit } });
  }
  return wished ?? Math.min(DEFAULT_CONTEXT, limit);
}

/** What the model's own config says, else the best of the files there are; left alone the library takes 32-bit weights. */
async function chooseDtype(library: Library, config: PretrainedConfig, source: string): Promise<Dtype | undefined> {
  const own = (config as { 'transformers.js_config'?: { dtype?: unknown } })['transformers.js_config']?.dtype;
  if (own !== undefined) return undefined;
  const available = await library.ModelRegistry.get_available_dtypes(source, { config });
  const best = PREFERRED.find((dtype) => available.includes(dtype));
  if (best === undefined) throw new TaskError('unsupported_model', `"${source}" has no ONNX weights for text generation (onnx/model*.onnx).`, { details: { source } });
  return best;
}

function readEndTokens(model: PreTrainedModel): number[] {
  const { eos_token_id: own } = (model.generation_config ?? {}) as { eos_token_id?: number | number[] | null };
  const { eos_token_id: general } = model.config as { eos_token_id?: number | number[] | null };
  return [own ?? general ?? []].flat();
}

function reportProgress(info: ProgressInfo, onProgress: (progress: LoadProgress) => void): void {
  if (info.status === 'progress') onProgress({ stage: 'fetch', file: info.file, bytes: info.loaded, total: info.total });
}

export function explainLoadError(error: unknown, source: string): TaskError {
  if (isTaskError(error)) return error;
  const { name, message: reason, cause } = error instanceof Error ? error : new Error(String(error));
  const details = { source };
  if (name === 'ModelFileNotFoundError') return new TaskError('model_not_found', `"${source}" lacks a file that transformers.js needs, or may not be read (HF_TOKEN, HF_HUB_OFFLINE): ${reason}`, { cause: error, details });
  if (reason.startsWith('Unsupported model type')) return new TaskError('unsupported_model', `transformers.js does not know this model: ${reason}. Use a GGUF file with the llama.cpp engine, or another model.`, { cause: error, details });
  if (reason === 'fetch failed' || /^Error \(\d+\)|server/i.test(reason)) {
    return new TaskError('download_failed', `"${source}" could not be downloaded: ${cause instanceof Error ? cause.message : reason}. Check the network, HF_ENDPOINT and the name.`, { cause: error, details, retryable: true });
  }
  return new TaskError('invalid_model_file', `transformers.js cannot load "${source}": ${reason}`, { cause: error, details });
}
