import { availableParallelism } from 'node:os';
import type { Engine } from '../../engine.ts';
import { refuseToWrite } from '../../refuse-to-write.ts';
import { keepProcess } from '../model-process/keep-process.ts';
import { openProcess } from '../model-process/open-process.ts';
import type { EncoderOptions } from './encoder-folder.ts';

export interface EncoderEngineOptions {
  /** @default all cores this process may use */
  threads?: number;
  /** Bytes the engine may plan with. @default 85 % of the memory free at loading */
  memoryBudget?: number;
  signal?: AbortSignal;
}

const ENTRY = new URL('./encoder-process.js', import.meta.url);

/**
 * Runs a converted encoder on ONNX Runtime in a process of its own. It embeds texts and writes none. Texts longer than the model reads are
 * read in windows: see `embed` of the model.
 *
 * @param folder a folder made by the converter
 * @throws TaskError `model_not_found`, `invalid_model_file`, `insufficient_memory`, `engine_crashed`, `aborted`
 */
export async function createEncoderEngine(folder: string, options: EncoderEngineOptions = {}): Promise<Engine> {
  const encoderOptions: EncoderOptions = { folder, threads: options.threads ?? availableParallelism(), memoryBudget: options.memoryBudget };
  const kept = keepProcess((onGone, signal) => openProcess({ entry: ENTRY, options: encoderOptions, signal, onGone }));
  const { ready } = await kept.connect(options.signal);
  const name = `onnx:${ready.name}`;
  return {
    name,
    contextLength: ready.contextLength,
    slots: 1,
    can: { json: [], choices: false, logprobs: false, embed: true, tokens: false },
    stream: () => refuseToWrite(name),
    async countTokens(texts) {
      const { counts } = await kept.ask('counts', (id) => ({ type: 'count', id, texts }));
      return { counts, exact: true };
    },
    async embed(texts, { signal } = {}) {
      const { vectors } = await kept.ask('vectors', (id) => ({ type: 'embed', id, texts }), signal);
      return vectors;
    },
    dispose: kept.dispose,
  };
}
