import type { LoadProgress } from '@glm-tasks/weights';
import type { ExtractedAnswer } from '../../extract-answer.ts';
import type { Part, Scored } from '../../engine.ts';
import type { Failure, ToEngine } from '../onnx/protocol.ts';

// What crosses between the caller's process and one that runs a single model, one request at a time.

export type Work =
  | Exclude<ToEngine, { type: 'load' | 'abort' }>
  | { type: 'embed'; id: number; texts: string[] }
  | { type: 'answer'; id: number; question: string; text: string };

export type ToProcess<Options> = { type: 'load'; options: Options } | Work | { type: 'abort'; id: number };

/** What a request is answered with; all but a text-delta end it. */
export type Reply =
  | Part
  | { type: 'counts'; counts: number[] }
  | { type: 'scores'; scores: Scored[] }
  | { type: 'vectors'; vectors: Float32Array[] }
  | { type: 'answer'; answer: ExtractedAnswer | undefined }
  | { type: 'failed'; failure: Failure };

export interface Ready {
  name: string;
  contextLength: number;
  /** Whether it embeds texts. @default false */
  embeds?: boolean;
}

export type FromProcess =
  | { type: 'progress'; progress: LoadProgress }
  | { type: 'ready'; ready: Ready }
  | { type: 'unloadable'; failure: Failure }
  | { type: 'reply'; id: number; reply: Reply };
