import { prepareModel, type LoadProgress } from '@glm-tasks/weights';
import { createOnnxEngine } from './engines/onnx/onnx-engine.ts';
import { createModel, type Model } from './model.ts';

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
}

/**
 * Loads a model: pulls its files if they are not here yet, verifies and converts them once, and starts its engine.
 *
 * @param nameOrPath a catalog id or alias ('qwen2.5-coder-1.5b-instruct', 'small'), a `.gguf` file, or a converted folder
 * @throws TaskError `model_not_found`, `download_failed`, `integrity_failed`, `invalid_model_file`, `unsupported_model`,
 *   `insufficient_disk`, `insufficient_memory`, `aborted`
 *
 * @example
 * await using model = await fromPretrained('small');
 * const { text } = await model.generate('你好，我是一个程序员。');
 */
export async function fromPretrained(nameOrPath: string, options: LoadOptions = {}): Promise<Model> {
  const { slots, contextLength, threads, memoryBudget, ...prepareOptions } = options;
  const { folder } = await prepareModel(nameOrPath, prepareOptions);
  options.onProgress?.({ stage: 'load', message: `loading ${nameOrPath}` });
  const engineOptions = { slots, contextLength, threads, memoryBudget, signal: options.signal };
  const engine = await createOnnxEngine(folder, dropUndefined(engineOptions));
  return createModel(engine);
}

/** The same call under the name that introductions to ChatGLM use. */
export const ChatGLM: { fromPretrained: typeof fromPretrained } = { fromPretrained };

function dropUndefined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
