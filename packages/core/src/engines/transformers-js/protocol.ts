import type { LoadProgress } from '@glm-tasks/weights';
import type { Part, Scored } from '../../engine.ts';
import type { Failure, ToEngine } from '../onnx/protocol.ts';

export type Dtype = 'fp32' | 'fp16' | 'q8' | 'int8' | 'uint8' | 'q4' | 'q4f16' | 'bnb4';

export interface ModelOptions {
  /** A repository of the Hub or a local folder. */
  source: string;
  dtype: Dtype | undefined;
  contextLength: number | undefined;
  threads: number;
}

export type ToProcess = { type: 'load'; options: ModelOptions } | Exclude<ToEngine, { type: 'load' }>;

/** What a request is answered with; all but a text-delta end it. */
export type Reply = Part | { type: 'counts'; counts: number[] } | { type: 'scores'; scores: Scored[] } | { type: 'failed'; failure: Failure };

export type FromProcess =
  | { type: 'progress'; progress: LoadProgress }
  | { type: 'ready'; name: string; contextLength: number }
  | { type: 'unloadable'; failure: Failure }
  | { type: 'reply'; id: number; reply: Reply };
