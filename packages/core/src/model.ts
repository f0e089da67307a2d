import type { GenerateRequest, Message, Part, Usage } from './engine.ts';

export interface RunOptions extends Omit<GenerateRequest, 'prompt'> {
  /** Higher runs first among the waiting. @default 0 */
  priority?: number;
  /** Milliseconds from the call to its last token; then `timeout`. @default none */
  deadline?: number;
}

export interface Generated {
  text: string;
  finishReason: 'stop' | 'length';
  usage: Usage;
}

export interface Model {
  readonly name: string;
  readonly contextLength: number;
  readonly slots: number;
  generate(prompt: string | Message[] | number[], options?: RunOptions): Promise<Generated>;
  stream(prompt: string | Message[] | number[], options?: RunOptions): AsyncIterable<Part>;
  /** One count a text, without special tokens or chat template. `exact` is false where the engine can only estimate. */
  countTokens(texts: string[]): Promise<{ counts: number[]; exact: boolean }>;
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
