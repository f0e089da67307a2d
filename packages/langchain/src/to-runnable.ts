import { TaskError } from '@glm-tasks/core';
import type { TaskRun } from '@glm-tasks/task';
import { dispatchCustomEvent } from '@langchain/core/callbacks/dispatch';
import { RunnableLambda, type Runnable, type RunnableConfig } from '@langchain/core/runnables';
import { joinRun, type AnyTask } from './any-task.ts';
import { readContent, type Content } from './read-content.ts';

/** What the stage before may hand over: a message, as chat models do. */
interface MessageInput {
  content: Content;
  getType(): string;
}

export interface RunnableOptions {
  /**
   * Where the result has the text that the task releases on the way. With it, `.stream` gives that text as it comes and then all the rest, in pieces
   * that LangChain joins to the result; `.pick(textKey)` behind it streams strings. @default the result comes in one piece
   */
  textKey?: string;
}

/**
 * A task as a Runnable: `.invoke`, `.batch`, `.pipe`, `.stream`. Its input is the task's own, or a string, or a message. What it reports on the way
 * are custom events named "progress", "partial" and "text-delta", for callbacks and `streamEvents`.
 *
 * @param run what the task gets beside its input: `{ model, store, knowledge }`
 *
 * @example
 * const chain = toRunnable(summarize, { model }, { textKey: 'summary' }).pick('summary');
 * for await (const text of await chain.stream({ text: report, length: 'short' })) process.stdout.write(text);
 */
export function toRunnable<Input, Result, Run extends TaskRun>(
  task: AnyTask<Input, Result, Run>,
  run?: Run,
  { textKey }: RunnableOptions = {},
): Runnable<Input | string | MessageInput, Result> {
  async function* stream(input: Input | string | MessageInput, config: RunnableConfig): AsyncGenerator<Result, void> {
    let text = '';
    for await (const event of task.stream(readInput(input) as Input, joinRun(run, config.signal))) {
      if (event.type === 'result') {
        yield textKey === undefined || text === '' ? event.result : takeRest(task.name, event.result, textKey, text);
        return;
      }
      const { type, ...payload } = event;
      await dispatchCustomEvent(type, payload, config);
      if (event.type !== 'text-delta' || textKey === undefined) continue;
      text += event.text;
      yield { [textKey]: event.text } as Result;
    }
    throw new TaskError('output_invalid', `The task "${task.name}" ended without a result.`);
  }

  // LangChain joins what a generator yields; its types know functions that return.
  const lambda = RunnableLambda.from(stream as unknown as (input: Input | string | MessageInput, config: RunnableConfig) => Promise<Result>);
  return lambda.withConfig({ runName: task.name });
}

function readInput(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'getType' in input && 'content' in input ? readContent(input.content as Content) : input;
}

/** The result without the text that is out already. */
function takeRest<Result>(name: string, result: Result, textKey: string, text: string): Result {
  const { [textKey]: whole, ...rest } = result as Record<string, unknown>;
  if (whole === text) return rest as Result;
  throw new TaskError('output_invalid', `The task "${name}" released another text than "${textKey}" of its result; name the key of its text, or none.`, { partial: result });
}
