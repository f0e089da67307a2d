import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { PreTrainedModel, PreTrainedTokenizer, PretrainedConfig, ProgressInfo } from '@huggingface/transformers';
import type * as transformersJs from '@huggingface/transformers';
import { isTaskError, storeRoot, TaskError, type LoadProgress } from '@glm-tasks/weights';
import { limitEncoding } from '../limit-encoding.ts';
import { importOptional } from '../optional-package.ts';
import type { Dtype, ModelOptions, ModelTask } from './protocol.ts';
import { readPooling, type Pooling } from './read-pooling.ts';

export type Library = typeof transformersJs;

export interface LoadedModel {
  library: Library;
  task: ModelTask;
  model: PreTrainedModel;
  tokenizer: PreTrainedTokenizer;
  name: string;
  contextLength: number;
  eosTokenIds: number[];
  /** What every rewritten text begins with, unseen. */
  firstTokens: number[];
  /** How an encoder's vectors of tokens become one of the text. */
  pooling: Pooling;
}

const DEFAULT_CONTEXT = 4096;
// Smallest first: on a CPU small weights are fast ones, and half precision is slower there than either neighbour.
const PREFERRED: readonly Dtype[] = ['q4', 'q8', 'int8', 'uint8', 'bnb4', 'fp32', 'q4f16', 'fp16'];

/** Loads tokenizer and model, from a folder or from the Hub into our own cache. */
export async function loadModel(options: ModelOptions, onProgress: (progress: LoadProgress) => void): Promise<LoadedModel> {
  const library = await importOptional('@huggingface/transformers', () => import('@huggingface/transformers'));
  const isFolder = (await stat(options.source).catch(() => undefined))?.isDirectory() === true;
  const source = isFolder ? resolve(options.source) : checkRepository(options.source);
  setUp(library, isFolder || (options.offline ?? isOffline()));
  try {
    const config = await library.AutoConfig.from_pretrained(source);
    const task = options.task ?? findTask(config, source);
    const dtype = options.dtype ?? (await chooseDtype(library, config, source));
    const progress_callback = (info: ProgressInfo): void => reportProgress(info, onProgress);
    const tokenizer = await library.AutoTokenizer.from_pretrained(source, { progress_callback });
    limitPatterns(tokenizer);
    const contextLength = planContext(config, options.contextLength, task === 'embed' || task === 'read' ? tokenizer.model_max_length : Infinity);
    const model = await { generate: library.AutoModelForCausalLM, rewrite: library.AutoModelForSeq2SeqLM, embed: library.AutoModel, read: library.AutoModelForQuestionAnswering }[task].from_pretrained(source, {
      config,
      progress_callback,
      device: 'cpu',
      ...(dtype === undefined ? {} : { dtype }),
      // Inputs grow by a token a step; the plan of buffers the runtime would keep for each of these shapes is never used again.
      session_options: { intraOpNumThreads: options.threads, enableMemPattern: false },
    });
    const pooling = task === 'embed' ? await readPooling(source, isFolder, library.env) : 'mean';
    return { library, task, model, tokenizer, name: isFolder ? basename(source) : source, contextLength, eosTokenIds: readEndTokens(model), pooling, firstTokens: task === 'rewrite' ? readFirstTokens(model, tokenizer, options) : [] };
  } catch (error) {
    throw explainLoadError(error, options.source);
  }
}

function checkRepository(source: string): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(source) && !source.startsWith('.')) return source;
  throw new TaskError('model_not_found', `"${source}" is neither a folder nor a repository of the Hub. Give the path of a folder with an ONNX model, or a name like "onnx-community/Qwen2.5-0.5B-Instruct".`, { details: { source } });
}

const isOffline = (): boolean => ['1', 'true', 'yes', 'on'].includes((process.env['HF_HUB_OFFLINE'] ?? '').toLowerCase());

function setUp({ env, LogLevel }: Library, offline: boolean): void {
  const endpoint = process.env['HF_ENDPOINT'];
  env.logLevel = LogLevel.ERROR;
  env.cacheDir = join(storeRoot(), 'transformers-js');
  // Without the network the cache is read as a folder of models, because the library looks nowhere else then.
  env.localModelPath = env.cacheDir;
  env.allowLocalModels = offline;
  env.allowRemoteModels = !offline;
  if (endpoint) env.remoteHost = endpoint.endsWith('/') ? endpoint : `${endpoint}/`;
}

/** What a repository's config says that it was trained for. */
function findTask(config: PretrainedConfig, source: string): ModelTask {
  const { architectures: [architecture = ''] = [], is_encoder_decoder: rewrites } = config as { architectures?: string[]; is_encoder_decoder?: boolean };
  if (architecture.endsWith('ForQuestionAnswering')) {
    throw new TaskError('unsupported_model', `"${source}" finds answers in texts and neither writes nor embeds; load it with loadReader.`, { details: { source, architecture } });
  }
  if (rewrites === true) return 'rewrite';
  return /(Model|ForMaskedLM)$/.test(architecture) ? 'embed' : 'generate';
}

/** @param trained what the tokenizer says that the model reads at once */
function planContext(config: PretrainedConfig, wished: number | undefined, trained: number): number {
  const { max_position_embeddings: rows = Infinity, model_type: family, pad_token_id: padding = 1 } = config as { max_position_embeddings?: number; model_type?: string; pad_token_id?: number };
  // These leave the first rows of their position table to padding.
  const positions = /roberta|camembert/.test(family ?? '') ? rows - padding - 1 : rows;
  const limit = Math.min(positions, trained > 0 ? trained : Infinity);
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
  if (best === undefined) throw new TaskError('unsupported_model', `"${source}" has no ONNX weights (onnx/model*.onnx).`, { details: { source } });
  return best;
}

/** The library's tokenizers hand their work to one inside, which they do not publish. */
function limitPatterns(tokenizer: PreTrainedTokenizer): void {
  const { _tokenizer: inner, _tokenizerJSON: json } = tokenizer as unknown as { _tokenizer?: Parameters<typeof limitEncoding>[0]; _tokenizerJSON?: object };
  if (inner === undefined || json === undefined) throw new Error('this version of @huggingface/transformers keeps its tokenizers elsewhere');
  limitEncoding(inner, json);
}

type TranslationTokenizer = PreTrainedTokenizer & { _build_translation_inputs?(text: string, options: object, generation: { src_lang: string; tgt_lang: string; forced_bos_token_id?: number }): unknown };

/** The token a decoder begins with, and the language it is to write where it knows several. */
function readFirstTokens(model: PreTrainedModel, tokenizer: TranslationTokenizer, { languages, source }: ModelOptions): number[] {
  type Starts = { decoder_start_token_id?: number | null; forced_bos_token_id?: number | null };
  const starts: Starts = { ...(model.config as Starts), ...(model.generation_config as Starts | null) };
  const start = starts.decoder_start_token_id;
  if (typeof start !== 'number') throw new TaskError('invalid_model_file', `The config of "${source}" does not say what its decoder begins with ("decoder_start_token_id").`, { details: { source } });
  if (tokenizer._build_translation_inputs === undefined) return typeof starts.forced_bos_token_id === 'number' ? [start, starts.forced_bos_token_id] : [start];
  if (languages === undefined) {
    throw new TaskError('invalid_input', `"${source}" translates between many languages: give "languages", such as { from: 'zho_Hans', to: 'eng_Latn' } for NLLB.`, { details: { field: 'languages' } });
  }
  const generation: Parameters<NonNullable<TranslationTokenizer['_build_translation_inputs']>>[2] = { src_lang: languages.from, tgt_lang: languages.to };
  try {
    tokenizer._build_translation_inputs('', {}, generation);
  } catch (cause) {
    const known = (tokenizer as { language_codes?: string[] }).language_codes ?? [];
    throw new TaskError('invalid_input', `"${source}" does not know the languages ${JSON.stringify(languages)}. It knows, among others, ${known.slice(0, 8).join(', ')}.`, { cause, details: { field: 'languages', known } });
  }
  return [start, generation.forced_bos_token_id!];
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
