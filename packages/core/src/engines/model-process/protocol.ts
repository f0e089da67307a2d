import type { LoadProgress, TaskErrorCode } from '@glm-tasks/weights';
import type { ExtractedAnswer } from '../../extract-answer.ts';
import type { GenerateRequest, Part, Scored } from '../../engine.ts';

// What crosses between the caller's process and one that runs a single model.

export type Work =
  | { type: 'generate'; id: number; request: Omit<GenerateRequest, 'signal'> }
  | { type: 'score'; id: number; prompt: GenerateRequest['prompt']; continuations: string[] }
  | { type: 'count'; id: number; texts: string[] }
  | { type: 'embed'; id: number; texts: string[] }
  | { type: 'answer'; id: number; question: string; text: string };

export type ToProcess<Options> = { type: 'load'; options: Options } | Work | { type: 'abort'; id: number };

export interface Failure {
  code: TaskErrorCode;
  message: string;
  details: Record<string, unknown>;
}

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
  /** Requests that run side by side. @default 1 */
  slots?: number;
  /** Whether it embeds texts. @default false */
  embeds?: boolean;
}

export type FromProcess =
  | { type: 'progress'; progress: LoadProgress }
  | { type: 'ready'; ready: Ready }
  | { type: 'unloadable'; failure: Failure }
  /** Several at once, because each message costs the caller's process a wake-up. */
  | { type: 'replies'; replies: [id: number, reply: Reply][] };
