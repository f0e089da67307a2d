import type { LoadProgress } from '@glm-tasks/weights';

export interface ExtractedAnswer {
  /** Word for word as it stands in the text: `text.slice(start, end)`. */
  text: string;
  /** In UTF-16 units, as `slice` counts. */
  start: number;
  end: number;
  /** The model's own probability of this span, from 0 to 1. */
  score: number;
}

/** A model that finds the answer to a question in a text, and makes nothing up: it only points. */
export interface Reader {
  readonly name: string;
  /** Undefined where the model finds that the text does not answer. A long text is read in windows that overlap. */
  answer(question: string, text: string, options?: { signal?: AbortSignal }): Promise<ExtractedAnswer | undefined>;
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ReaderOptions {
  /** Which of a repository's weights. @default what its config says, else the best for a CPU of those it has */
  dtype?: 'fp32' | 'fp16' | 'q8' | 'int8' | 'uint8' | 'q4' | 'q4f16' | 'bnb4';
  /** @default all cores this process may use */
  threads?: number;
  signal?: AbortSignal;
  onProgress?: (progress: LoadProgress) => void;
}

/**
 * Loads an ONNX repository of the Hub, or a folder laid out like one, that was trained for extractive question answering. It runs on the
 * optional package @huggingface/transformers, in a process of its own.
 *
 * @throws TaskError `engine_missing`, `model_not_found`, `unsupported_model`, `download_failed`, `invalid_model_file`, `aborted`
 *
 * @example
 * await using reader = await loadReader('Xenova/distilbert-base-uncased-distilled-squad');
 * const answer = await reader.answer('Who was Jim Henson?', 'Jim Henson was a nice puppeteer.'); // { text: 'a nice puppeteer', start: 15, ... }
 */
export async function loadReader(repositoryOrFolder: string, options: ReaderOptions = {}): Promise<Reader> {
  const { openReader } = await import('./engines/transformers-js/reader.ts');
  return await openReader(repositoryOrFolder, options);
}
