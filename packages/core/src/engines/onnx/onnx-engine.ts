import { availableParallelism } from 'node:os';
import type { Engine } from '../../engine.ts';
import { keepProcess } from '../model-process/keep-process.ts';
import { openProcess } from '../model-process/open-process.ts';
import type { EngineOptions } from './protocol.ts';

export interface OnnxEngineOptions {
  /** Sequences that run side by side. @default 8, fewer when memory is short */
  slots?: number;
  /** Tokens of prompt and output together. @default 4096, or the model's limit where that is less */
  contextLength?: number;
  /** @default all cores this process may use */
  threads?: number;
  /** Bytes the engine may plan with. @default 85 % of the memory free at loading */
  memoryBudget?: number;
  signal?: AbortSignal;
}

/** An engine and the process it lives in; the id changes when a crashed process has been replaced. */
export interface OnnxEngine extends Engine {
  readonly processId: number | undefined;
}

// Weights in large memory pages make a token about a tenth cheaper; the fixed threshold keeps memory and loading time
// down (docs/decisions/005-large-pages.md). glibc reads this when a process starts; other C libraries ignore it.
const TUNABLES = [process.env['GLIBC_TUNABLES'], 'glibc.malloc.hugetlb=1', 'glibc.malloc.mmap_threshold=33554432'].filter(Boolean).join(':');

const ENTRY = new URL('./engine-process.js', import.meta.url);

/**
 * Runs a converted model on ONNX Runtime in a process of its own. A crash there fails the requests under way with
 * `engine_crashed`; the next request gets a fresh process. An idle engine does not keep Node alive.
 *
 * @param folder a folder made by the converter
 * @throws TaskError `model_not_found`, `invalid_model_file`, `insufficient_memory`, `engine_crashed`
 */
export async function createOnnxEngine(folder: string, options: OnnxEngineOptions = {}): Promise<OnnxEngine> {
  const engineOptions: EngineOptions = {
    folder,
    threads: options.threads ?? availableParallelism(),
    slots: options.slots,
    contextLength: options.contextLength,
    memoryBudget: options.memoryBudget,
  };
  let processId: number | undefined;
  const kept = keepProcess(async (onGone, signal) => {
    const relief = 'use fewer slots or a shorter contextLength';
    const opened = await openProcess({ entry: ENTRY, options: engineOptions, environment: { GLIBC_TUNABLES: TUNABLES }, relief, signal, onGone });
    processId = opened.id;
    return opened;
  });
  const { ready } = await kept.connect(options.signal);

  return {
    name: `onnx:${ready.name}`,
    contextLength: ready.contextLength,
    slots: ready.slots ?? 1,
    can: { json: ['constrained'], choices: true, logprobs: true, avoid: true, embed: false, tokens: true },
    get processId() {
      return processId;
    },
    async *stream({ signal, ...request }) {
      for await (const reply of kept.exchange((id) => ({ type: 'generate', id, request }), signal)) {
        if (reply.type === 'text-delta' || reply.type === 'end') yield reply;
      }
    },
    countTokens: async (texts) => ({ counts: (await kept.ask('counts', (id) => ({ type: 'count', id, texts }))).counts, exact: true }),
    score: async (prompt, continuations, { signal } = {}) => (await kept.ask('scores', (id) => ({ type: 'score', id, prompt, continuations }), signal)).scores,
    dispose: kept.dispose,
  };
}
