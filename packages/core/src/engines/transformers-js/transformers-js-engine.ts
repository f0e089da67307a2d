import { availableParallelism } from 'node:os';
import type { LoadProgress } from '@glm-tasks/weights';
import type { Engine } from '../../engine.ts';
import { refuseToWrite } from '../../refuse-to-write.ts';
import { keepProcess } from '../model-process/keep-process.ts';
import { openProcess } from '../model-process/open-process.ts';
import type { Dtype, Languages, ModelOptions } from './protocol.ts';

export interface TransformersJsOptions {
  /** Which of a repository's weights. @default what its config says, else the best for a CPU of those it has: q4, then 8-bit, then fp32 */
  dtype?: Dtype;
  /** The codes of both languages, for models that translate between many: zho_Hans and eng_Latn for NLLB. */
  languages?: Languages;
  /** Tokens of prompt and output together. @default 4096, or the model's limit where that is less */
  contextLength?: number;
  /** @default all cores this process may use */
  threads?: number;
  /** Never use the network. @default what HF_HUB_OFFLINE says */
  offline?: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: LoadProgress) => void;
}

const ENTRY = new URL('./model-process.js', import.meta.url);

/**
 * Runs any ONNX repository of the Hub that writes or embeds, or a folder laid out like one, with the optional package
 * @huggingface/transformers, one request at a time, in a process of its own. Sampling is ours: the library ignores top-p. So are long texts:
 * it would cut them. Models with an encoder and a decoder (opus-mt, NLLB) rewrite the prompt, a text and not messages. Readers, which find answers in texts, are loaded with `loadReader`.
 * Downloads go to `transformers-js` in the model store; `HF_ENDPOINT`, `HF_TOKEN` and `HF_HUB_OFFLINE` are honoured.
 *
 * @throws TaskError `engine_missing`, `model_not_found`, `unsupported_model`, `download_failed`, `invalid_model_file`,
 *   `invalid_input`, `engine_crashed`, `aborted`
 *
 * @example
 * const model = createModel(await createTransformersJsEngine('onnx-community/Qwen2.5-0.5B-Instruct'));
 */
export async function createTransformersJsEngine(repositoryOrFolder: string, options: TransformersJsOptions = {}): Promise<Engine> {
  const { dtype, languages, contextLength, threads = availableParallelism(), offline, signal, onProgress } = options;
  const modelOptions: ModelOptions = { source: repositoryOrFolder, task: undefined, dtype, languages, contextLength, threads, offline };
  const kept = keepProcess((onGone, signal) => openProcess({ entry: ENTRY, options: modelOptions, signal, onProgress, onGone }));
  const { ready } = await kept.connect(signal);
  const name = `transformers-js:${ready.name}`;
  const shared = {
    name,
    contextLength: ready.contextLength,
    slots: 1,
    countTokens: async (texts: string[]) => ({ counts: (await kept.ask('counts', (id) => ({ type: 'count', id, texts }))).counts, exact: true }),
    dispose: kept.dispose,
  };
  if (ready.embeds) {
    return {
      ...shared,
      can: { json: [], choices: false, logprobs: false, embed: true, tokens: false },
      stream: () => refuseToWrite(name),
      embed: async (texts, { signal } = {}) => (await kept.ask('vectors', (id) => ({ type: 'embed', id, texts }), signal)).vectors,
    };
  }
  return {
    ...shared,
    can: { json: [], choices: true, logprobs: true, embed: false, tokens: true },
    async *stream({ signal, ...request }) {
      for await (const reply of kept.exchange((id) => ({ type: 'generate', id, request }), signal)) {
        if (reply.type === 'text-delta' || reply.type === 'end') yield reply;
      }
    },
    score: async (prompt, continuations, { signal } = {}) => (await kept.ask('scores', (id) => ({ type: 'score', id, prompt, continuations }), signal)).scores,
  };
}
