import { TaskError, isTaskError } from '@glm-tasks/weights';
import type { Part, TokenLogprob, Usage } from './engine.ts';

export interface Generated {
  text: string;
  /** `length`: the text was cut by `maxTokens` or by the end of the context. */
  finishReason: 'stop' | 'length';
  usage: Usage;
  /** Options that could not be honoured, in plain words. */
  warnings: string[];
  /** One for every token of the output, where asked for. */
  logprobs?: TokenLogprob[];
  /** The ids of the output tokens, where asked for. */
  outputIds?: number[];
  /** Guesses copied from the prompt, and how many of them the model confirmed. Absent where none was made. */
  guesses?: { made: number; accepted: number };
  /** What the model thought before it answered, where its engine keeps the two apart. */
  reasoning?: string;
}

type TextPart = Extract<Part, { type: 'text-delta' }>;

/** Passes the texts on and joins them. A failure takes the text that had arrived along, as `partial`. */
export async function* collectParts(name: string, parts: AsyncIterable<Part>): AsyncGenerator<TextPart, Generated, void> {
  let text = '';
  try {
    for await (const part of parts) {
      if (part.type === 'end') {
        const { type: _, warnings = [], ...end } = part;
        return { text, warnings, ...end };
      }
      text += part.text;
      yield part;
    }
  } catch (error) {
    throw text !== '' && isTaskError(error) ? addToError(error, { partial: text }) : error;
  }
  throw new TaskError('engine_crashed', `The engine "${name}" ended its stream without an end part.`, { partial: text });
}

/** Runs a generator to its end for what it returns. */
export async function drain<R>(steps: AsyncGenerator<unknown, R, void>): Promise<R> {
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

export function addUsage(one: Usage, other: Usage | undefined): Usage {
  if (!other) return one;
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    calls: one.calls + other.calls,
  };
}

export function addToError(error: TaskError, more: { partial?: unknown; usage?: Usage }): TaskError {
  const { code, message, details, retryable, usage, partial, cause } = error;
  return new TaskError(code, message, { details, retryable, cause, ...(usage ? { usage } : {}), ...(partial === undefined ? {} : { partial }), ...more });
}
