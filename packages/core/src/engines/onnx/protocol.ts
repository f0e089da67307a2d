import type { TaskErrorCode } from '@glm-tasks/weights';
import type { GenerateRequest, Part, Scored } from '../../engine.ts';

// Only text and small messages cross between the caller's process and the engine's.

export interface EngineOptions {
  folder: string;
  threads: number;
  slots: number | undefined;
  contextLength: number | undefined;
  memoryBudget: number | undefined;
}

export type ToEngine =
  | { type: 'load'; options: EngineOptions }
  | { type: 'generate'; id: number; request: Omit<GenerateRequest, 'signal'> }
  | { type: 'score'; id: number; prompt: GenerateRequest['prompt']; continuations: string[] }
  | { type: 'abort'; id: number }
  | { type: 'count'; id: number; texts: string[] };

export interface Failure {
  code: TaskErrorCode;
  message: string;
  details: Record<string, unknown>;
}

export type FromEngine =
  | { type: 'ready'; name: string; slots: number; contextLength: number; plannedBytes: number }
  | { type: 'parts'; parts: [id: number, part: Part][] }
  | { type: 'scores'; id: number; scores: Scored[] }
  | { type: 'counts'; id: number; counts: number[] }
  | { type: 'failed'; id: number | undefined; failure: Failure };
