import { open } from 'node:fs/promises';
import type { Llama, LlamaContext, LlamaLogLevel, LlamaModel } from 'node-llama-cpp';
import type * as nodeLlamaCpp from 'node-llama-cpp';
import { isTaskError, TaskError } from '@glm-tasks/weights';
import { importOptional } from '../optional-package.ts';

export type Library = typeof nodeLlamaCpp;
export type Gpu = 'auto' | 'cuda' | 'metal' | 'vulkan' | false;

export interface OpenedModel {
  library: Library;
  llama: Llama;
  model: LlamaModel;
  context: LlamaContext;
  /** Tokens of prompt and output together. */
  contextLength: number;
}

export interface OpenOptions {
  slots: number;
  threads: number;
  gpu: Gpu;
  contextLength: number | undefined;
  signal: AbortSignal | undefined;
}

const DEFAULT_CONTEXT = 4096;

/** Loads a GGUF file and makes its context, never building or downloading anything. */
export async function openLlama(file: string, options: OpenOptions): Promise<OpenedModel> {
  const { slots, threads, gpu, signal } = options;
  const library = await importOptional('node-llama-cpp', () => import('node-llama-cpp'));
  await checkFile(file);
  let model: LlamaModel | undefined;
  complaints = [];
  try {
    const llama = await startLlama(library, gpu);
    const abort = signal === undefined ? {} : { loadSignal: signal };
    model = await llama.loadModel({ modelPath: file, ...(options.contextLength === undefined ? {} : { gpuLayers: { fitContext: { contextSize: options.contextLength } } }), ...abort });
    const contextLength = options.contextLength ?? Math.min(DEFAULT_CONTEXT, model.trainContextSize);
    if (contextLength > model.trainContextSize) {
      throw new TaskError('invalid_input', `"contextLength" is ${contextLength}, but this model was trained for ${model.trainContextSize} tokens at most.`, { details: { field: 'contextLength', limit: model.trainContextSize } });
    }
    const context = await model.createContext({ contextSize: contextLength, sequences: slots, threads, failedCreationRemedy: false, ...(signal === undefined ? {} : { createSignal: signal }) });
    return { library, llama, model, context, contextLength };
  } catch (error) {
    await model?.dispose();
    throw explainLoadError(error, file, library, signal);
  }
}

const running = new Map<Gpu, Promise<Llama>>();
// What llama.cpp last complained of; its errors themselves say no more than "failed".
let complaints: string[] = [];

/** One instance a process, as its makers ask; models share it. */
function startLlama(library: Library, gpu: Gpu): Promise<Llama> {
  let llama = running.get(gpu);
  if (llama === undefined) {
    // No limit of its own on threads: every context says how many it wants. Otherwise it takes four on a machine of two cores.
    llama = library.getLlama({ gpu, build: 'never', skipDownload: true, progressLogs: false, maxThreads: 0, logLevel: library.LlamaLogLevel.error, logger: keepComplaint });
    running.set(gpu, llama);
    llama.catch(() => running.delete(gpu));
  }
  return llama;
}

function keepComplaint(_level: LlamaLogLevel, message: string): void {
  complaints = [...complaints, message.trim()].slice(-3);
}

const MOST_ENTRIES = 100_000n;

/** The bindings read a header with absurd counts for ever, so its first numbers are looked at here. */
async function checkFile(file: string): Promise<void> {
  const header = await readStart(file, 24);
  const sound = header.length === 24 && header.toString('latin1', 0, 4) === 'GGUF' && header.readUInt32LE(4) < 100;
  if (sound && header.readBigUInt64LE(8) < MOST_ENTRIES && header.readBigUInt64LE(16) < MOST_ENTRIES) return;
  throw new TaskError('invalid_model_file', `"${file}" is not a whole GGUF file: its header is damaged. Fetch the file again or choose another.`, { details: { file } });
}

async function readStart(file: string, bytes: number): Promise<Buffer> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw new TaskError('model_not_found', `The file "${file}" cannot be read. The llama.cpp engine takes the path of a .gguf file.`, { cause, details: { file } });
  }
}

function explainLoadError(error: unknown, file: string, library: Library, signal: AbortSignal | undefined): TaskError {
  if (isTaskError(error)) return error;
  const reason = [error instanceof Error ? error.message : String(error), ...complaints].join('; ');
  if (signal?.aborted) return new TaskError('aborted', `Loading "${file}" was stopped.`, { cause: error });
  if (error instanceof library.NoBinaryFoundError) {
    return new TaskError('engine_missing', `node-llama-cpp has no ready binary for this machine and these options (${reason}). Build one with: npx node-llama-cpp source download`, { cause: error, details: { package: 'node-llama-cpp' } });
  }
  if (error instanceof library.InsufficientMemoryError) {
    return new TaskError('insufficient_memory', `llama.cpp cannot fit "${file}" and its context into memory: ${reason}. Ask for fewer slots or a shorter contextLength, or use a smaller model.`, { cause: error, details: { file } });
  }
  if (reason.includes('unknown model architecture')) {
    return new TaskError('unsupported_model', `llama.cpp does not run "${file}": ${reason}. Update node-llama-cpp if the model is newer.`, { cause: error, details: { file } });
  }
  return new TaskError('invalid_model_file', `llama.cpp cannot load "${file}": ${reason}. Check that it is a whole GGUF file.`, { cause: error, details: { file } });
}
