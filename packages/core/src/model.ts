import { TaskError, isTaskError } from '@glm-tasks/weights';
import { checkRequest, cleanText } from './check-request.ts';
import type { Engine, GenerateRequest, Message, Part, Usage } from './engine.ts';
import { createScheduler } from './scheduler.ts';

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

export interface ModelOptions {
  /** Requests that may wait for a slot; one more is refused as `overloaded`. @default 1024 */
  backlog?: number;
}

/**
 * Puts the comfort every engine needs on top of it, once: checked requests, a bounded queue, priorities, deadlines, joined text.
 * A failed `generate` carries the text that had arrived as `error.partial`.
 *
 * @example
 * await using model = createModel(fakeEngine({ reply: () => 'Hello.' }));
 * const { text } = await model.generate('Say hello.');
 */
export function createModel(engine: Engine, options: ModelOptions = {}): Model {
  const scheduler = createScheduler(engine.slots, options.backlog);
  let disposal: Promise<void> | undefined;

  function stream(prompt: string | Message[] | number[], run: RunOptions = {}): AsyncIterable<Part> {
    refuseDisposed();
    const request = checkRequest(engine, prompt, run);
    return scheduler.stream((signal) => engine.stream({ ...request, signal }), run);
  }

  async function generate(prompt: string | Message[] | number[], run?: RunOptions): Promise<Generated> {
    let text = '';
    try {
      for await (const part of stream(prompt, run)) {
        if (part.type === 'text-delta') text += part.text;
        else return { text, finishReason: part.finishReason, usage: part.usage };
      }
    } catch (error) {
      throw text !== '' && isTaskError(error) ? withPartial(error, text) : error;
    }
    throw new TaskError('engine_crashed', `The engine "${engine.name}" ended its stream without an end part.`, { partial: text });
  }

  function refuseDisposed(): void {
    if (!disposal) return;
    throw new TaskError('invalid_input', `The model "${engine.name}" was disposed; load it again with fromPretrained.`);
  }

  function dispose(): Promise<void> {
    scheduler.close(new TaskError('aborted', `The model "${engine.name}" was disposed while the request ran.`));
    disposal ??= engine.dispose();
    return disposal;
  }

  return {
    name: engine.name,
    contextLength: engine.contextLength,
    slots: engine.slots,
    generate,
    stream,
    async countTokens(texts) {
      refuseDisposed();
      return texts.length === 0 ? { counts: [], exact: true } : engine.countTokens(texts.map(cleanText));
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

function withPartial(error: TaskError, partial: string): TaskError {
  const { code, message, details, retryable, usage, cause } = error;
  return new TaskError(code, message, { details, retryable, partial, cause, ...(usage ? { usage } : {}) });
}
