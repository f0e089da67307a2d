import { isTaskError, type Message, type Model, type RunOptions, type Usage } from '@glm-tasks/core';
import type { ToolCall } from '@langchain/core/messages';
import type { TurnForm } from './turn-form.ts';

export interface TurnEnd {
  type: 'end';
  text: string;
  toolCalls: ToolCall[];
  finishReason: 'stop' | 'length' | 'tool_calls';
  usage: Usage;
  warnings: string[];
  reasoning?: string;
}

export type TurnStep =
  | { type: 'text-delta'; text: string }
  /** The text so far counts for nothing: the model writes its answer anew. */
  | { type: 'restart' }
  | TurnEnd;

export interface TurnRequest {
  messages: Message[];
  options: RunOptions;
  /** @default words */
  form?: TurnForm | undefined;
  /** Calls that were made and answered in this turn of the user, as `callKey` writes them. @default none */
  answered?: ReadonlySet<string> | undefined;
  /** Ends with the text as it is, where it does not fit the form, in place of an error. @default false */
  lenient?: boolean | undefined;
}

/** One turn of the model, as it comes. */
export function streamTurn(model: Model, { form, ...request }: TurnRequest): AsyncGenerator<TurnStep, void> {
  return form ? streamForm(model, form, request) : streamWords(model, request);
}

async function* streamWords(model: Model, { messages, options }: TurnRequest): AsyncGenerator<TurnStep, void> {
  let text = '';
  for await (const part of model.stream(messages, options)) {
    if (part.type === 'text-delta') {
      text += part.text;
      yield part;
    } else {
      const { finishReason, usage, warnings = [], reasoning } = part;
      yield { type: 'end', text, toolCalls: [], finishReason, usage, warnings, ...(reasoning === undefined ? {} : { reasoning }) };
    }
  }
}

async function* streamForm(model: Model, form: TurnForm, request: TurnRequest): AsyncGenerator<TurnStep, void> {
  const { messages, options, lenient, answered } = request;
  const { stop, avoid, noRepeatNgram, ...rest } = options;
  const warnings = Object.entries({ stop, avoid, noRepeatNgram }).flatMap(([name, value]) =>
    value === undefined || value === 0 ? [] : [`${name} was not honoured: it would cut or bend what has to fit a schema.`],
  );
  let shown = '';
  let written: unknown;
  try {
    for await (const part of model.streamObject(messages, { ...rest, schema: form.schema })) {
      if (part.type === 'partial') {
        written = part.value;
        const text = form.readText(written) ?? '';
        if (text.length > shown.length) yield { type: 'text-delta', text: text.slice(shown.length) };
        shown = text;
      } else if (part.type === 'restart') {
        if (shown !== '') yield part;
        shown = '';
      } else if (part.type === 'object') {
        const { text, toolCalls } = form.read(part.object, written);
        if (form.answerOnly && toolCalls.some((call) => answered?.has(callKey(call)))) {
          yield* addTo(part, streamForm(model, form.answerOnly, request));
          return;
        }
        const finishReason = toolCalls.length > 0 ? 'tool_calls' : 'stop';
        yield { type: 'end', text, toolCalls, finishReason, usage: part.usage, warnings: [...part.warnings, ...warnings] };
      }
    }
  } catch (error) {
    if (!lenient || !isTaskError(error) || error.code !== 'output_invalid' || typeof error.partial !== 'string') throw error;
    const finishReason = error.details['reason'] === 'length' ? 'length' : 'stop';
    const usage = error.usage ?? { inputTokens: 0, outputTokens: 0, cachedTokens: 0, calls: 0 };
    yield { type: 'end', text: error.partial, toolCalls: [], finishReason, usage, warnings: [error.message, ...warnings] };
  }
}

/** A small model asks again for what it was told; the same call would tell it the same, and an agent would never end. */
async function* addTo({ usage, warnings }: { usage: Usage; warnings: string[] }, steps: AsyncIterable<TurnStep>): AsyncGenerator<TurnStep, void> {
  for await (const step of steps) {
    if (step.type !== 'end') yield step;
    else {
      const sum = (key: keyof Usage): number => usage[key] + step.usage[key];
      const total = { inputTokens: sum('inputTokens'), outputTokens: sum('outputTokens'), cachedTokens: sum('cachedTokens'), calls: sum('calls') };
      const note = 'The model repeated a tool call that had been answered; it was asked for its answer.';
      yield { ...step, usage: total, warnings: [...warnings, ...step.warnings, note] };
    }
  }
}

export function callKey({ name, args }: { name: string; args: unknown }): string {
  return JSON.stringify([name, args]);
}
