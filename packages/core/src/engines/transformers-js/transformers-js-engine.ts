import { availableParallelism } from 'node:os';
import { TaskError, type LoadProgress } from '@glm-tasks/weights';
import type { Engine } from '../../engine.ts';
import { openProcess, refuseAborted, type ModelProcess } from './open-process.ts';
import type { Dtype } from './protocol.ts';

export interface TransformersJsOptions {
  /** Which of a repository's weights. @default what its config says, else the best for a CPU of those it has: q4, then 8-bit, then fp32 */
  dtype?: Dtype;
  /** Tokens of prompt and output together. @default 4096, or the model's limit where that is less */
  contextLength?: number;
  /** @default all cores this process may use */
  threads?: number;
  signal?: AbortSignal;
  onProgress?: (progress: LoadProgress) => void;
}

/**
 * Runs any ONNX text-generation repository of the Hub, or a folder laid out like one, with the optional package
 * @huggingface/transformers, one request at a time, in a process of its own. Sampling is ours: the library ignores top-p.
 * Downloads go to `transformers-js` in the model store; `HF_ENDPOINT`, `HF_TOKEN` and `HF_HUB_OFFLINE` are honoured.
 *
 * @throws TaskError `engine_missing`, `model_not_found`, `unsupported_model`, `download_failed`, `invalid_model_file`,
 *   `invalid_input`, `engine_crashed`, `aborted`
 *
 * @example
 * const model = createModel(await createTransformersJsEngine('onnx-community/Qwen2.5-0.5B-Instruct'));
 */
export async function createTransformersJsEngine(repositoryOrFolder: string, options: TransformersJsOptions = {}): Promise<Engine> {
  const { dtype, contextLength, threads = availableParallelism(), signal, onProgress } = options;
  let current: Promise<ModelProcess> | undefined;
  let disposed = false;

  /** The process, a fresh one where it has crashed. */
  function connect(signal?: AbortSignal): Promise<ModelProcess> {
    if (disposed) throw new TaskError('invalid_input', 'This engine was disposed; load the model again.');
    if (current !== undefined) return current;
    const forget = (): void => void (current === opening && (current = undefined));
    const opening = openProcess({ source: repositoryOrFolder, dtype, contextLength, threads, signal, onProgress, onGone: () => forget() });
    current = opening;
    opening.catch(forget);
    return opening;
  }

  const { ready } = await connect(signal);

  return {
    name: `transformers-js:${ready.name}`,
    contextLength: ready.contextLength,
    slots: 1,
    can: { json: [], choices: true, logprobs: true, embed: false, tokens: true },
    async *stream({ signal, ...request }) {
      refuseAborted(signal);
      const { exchange } = await connect();
      for await (const reply of exchange((id) => ({ type: 'generate', id, request }), signal)) {
        if (reply.type === 'text-delta' || reply.type === 'end') yield reply;
      }
    },
    async countTokens(texts) {
      const { exchange } = await connect();
      for await (const reply of exchange((id) => ({ type: 'count', id, texts }))) {
        if (reply.type === 'counts') return { counts: reply.counts, exact: true };
      }
      throw unanswered();
    },
    async score(prompt, continuations, { signal } = {}) {
      refuseAborted(signal);
      const { exchange } = await connect();
      for await (const reply of exchange((id) => ({ type: 'score', id, prompt, continuations }), signal)) {
        if (reply.type === 'scores') return reply.scores;
      }
      throw unanswered();
    },
    async dispose() {
      disposed = true;
      // A process that could not be opened has said why to whoever asked for it.
      const running = await current?.catch(() => undefined);
      await running?.end();
    },
  };
}

const unanswered = (): TaskError => new TaskError('engine_crashed', 'The engine gave no answer.', { retryable: true });
