import { TaskError } from '@glm-tasks/core';
import type { TaskRun } from '@glm-tasks/task';
import type { CallbackManagerForToolRun } from '@langchain/core/callbacks/manager';
import { DynamicStructuredTool, type ToolRunnableConfig } from '@langchain/core/tools';
import type { z } from 'zod';
import { joinRun, type AnyTask } from './any-task.ts';

/**
 * A task as a tool for agents. Its content is the text that the task released, or else the result as JSON, without what was spent; the whole result is
 * the artifact of the tool's message. What the task reports on the way are custom events named "progress", "partial" and "text-delta".
 *
 * @param run what the task gets beside its input: `{ model, store, knowledge }`
 *
 * @example
 * const agent = createAgent({ model: chat, tools: [toTool(summarize, { model })] });
 */
export function toTool<Input, Result, Run extends TaskRun>(task: AnyTask<Input, Result, Run>, run?: Run): DynamicStructuredTool<z.ZodType> {
  async function call(input: unknown, manager?: CallbackManagerForToolRun, config?: ToolRunnableConfig): Promise<[content: string, artifact: Result]> {
    let text = '';
    for await (const event of task.stream(input as Input, joinRun(run, config?.signal))) {
      if (event.type === 'result') return [describeResult(event.result, text), event.result];
      if (event.type === 'text-delta') text += event.text;
      const { type, ...payload } = event;
      await manager?.handleCustomEvent(type, payload);
    }
    throw new TaskError('output_invalid', `The task "${task.name}" ended without a result.`);
  }

  return new DynamicStructuredTool({
    name: task.name,
    description: task.description,
    schema: task.input,
    responseFormat: 'content_and_artifact',
    // An agent sends what went wrong back to its model, which needs to read what.
    verboseParsingErrors: true,
    func: call,
  });
}

function describeResult(result: unknown, text: string): string {
  if (typeof result !== 'object' || result === null) return String(result);
  const { usage: _, warnings, ...rest } = result as { usage?: unknown; warnings?: unknown };
  const noted = Array.isArray(warnings) && warnings.length > 0 ? { warnings: warnings as unknown[] } : {};
  if (text === '') return JSON.stringify({ ...rest, ...noted });
  return [text, ...(noted.warnings ?? []).map((warning) => `(${String(warning)})`)].join('\n');
}
