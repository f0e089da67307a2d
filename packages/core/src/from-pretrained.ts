import type { LoadProgress } from '@glm-tasks/weights';
import { createModel, type Model } from './model.ts';
import { openEngine } from './open-engine.ts';

/** What does not apply to where a model runs is left aside: a server has its own threads, a local model no key. */
export interface LoadOptions {
  /** Called while files are fetched, verified and converted, and when the model is loaded. */
  onProgress?: (progress: LoadProgress) => void;
  signal?: AbortSignal;
  /** Sequences that run side by side. @default 8, fewer when memory is short */
  slots?: number;
  /** Tokens of prompt and output together. @default 4096, or the model's limit where that is less */
  contextLength?: number;
  /** @default all cores this process may use */
  threads?: number;
  /** Bytes the engine may plan with. @default 85 % of the memory free at loading */
  memoryBudget?: number;
  /** Never use the network. @default false; HF_HUB_OFFLINE=1 does the same */
  offline?: boolean;
  /** Accept a file whose hash nobody has pinned, and record the hash it has now. @default false */
  trustFirst?: boolean;
  /** How 16- and 32-bit weights are kept: 'auto' keeps them below 200 MB and makes them 8-bit above. @default 'auto' */
  precision?: 'auto' | 'source' | '8bit';
  /**
   * A LoRA adapter for a model that is converted on this machine: a folder of PEFT (`adapter_config.json`, `adapter_model.safetensors`) or a
   * `.gguf` file. It is merged into the weights once; base and merged model are kept apart. @default none
   */
  adapter?: string;
  /** Which weights of an ONNX repository the transformers.js engine takes. @default what its config says, else the best for a CPU of those it has */
  dtype?: 'fp32' | 'fp16' | 'q8' | 'int8' | 'uint8' | 'q4' | 'q4f16' | 'bnb4';
  /** Codes of the two languages, for an ONNX model that translates between many, such as { from: 'zho_Hans', to: 'eng_Latn' } for NLLB. */
  languages?: { from: string; to: string };
  /** Of a file of word vectors, only these words. @default all */
  vocabulary?: readonly string[];
  /** Key of a server. @default that of the provider's environment variable, such as OPENAI_API_KEY or ZHIPUAI_API_KEY */
  apiKey?: string;
  /** Address of a server. @default the provider's own, or that of an environment variable such as OPENAI_BASE_URL */
  baseUrl?: string;
  /** Milliseconds a server may take to its first token. @default 300000 */
  firstTokenTimeout?: number;
  /** Milliseconds a server may take between two tokens. @default 60000 */
  idleTimeout?: number;
}

/**
 * Loads a model by its name, wherever it runs.
 *
 * - on this machine: a catalog id or alias ('qwen2.5-coder-1.5b-instruct', 'small'), a `.gguf` file, a checkpoint folder of the Hub
 *   (`config.json`, `tokenizer.json`, `*.safetensors`), a converted folder. Its files are pulled if they are not here yet, verified and
 *   converted once. An encoder ('all-minilm-l6-v2') embeds and writes nothing; the others write and do not embed.
 * - a repository of the Hub, 'owner/repository': as ONNX with the transformers.js engine where it ships that, else its safetensors are pulled
 *   and converted like a checkpoint folder, the first time with `trustFirst`
 * - a file of word vectors: './wiki.zh.vec', in the text form of word2vec, fastText and GloVe or the binary form of word2vec; embeds
 * - on a server: 'openai:…', 'zhipu:…' or 'zai:…' (GLM), 'deepseek:…', 'dashscope:…', 'ollama:…', 'vllm:…', 'llama-server:', or the URL
 *   of any OpenAI-compatible server with the model behind a '#'
 * - on this machine with another engine: 'llama-cpp:' and a catalog id or `.gguf` file, 'transformers-js:' and an ONNX repository of the
 *   Hub or a folder; their packages are installed separately
 *
 * @throws TaskError `model_not_found`, `download_failed`, `integrity_failed`, `invalid_model_file`, `unsupported_model`,
 *   `insufficient_disk`, `insufficient_memory`, `engine_missing`, `invalid_input` (a key is missing, an adapter of another base), `upstream_failed`, `aborted`
 *
 * @example
 * await using model = await fromPretrained('small');
 * const { text } = await model.generate('你好，我是一个程序员。');
 */
export async function fromPretrained(name: string, options: LoadOptions = {}): Promise<Model> {
  return createModel(await openEngine(name, options));
}

/** The same call under the name that introductions to ChatGLM use. */
export const ChatGLM: { fromPretrained: typeof fromPretrained } = { fromPretrained };
