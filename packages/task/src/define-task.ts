import { TaskError, isTaskError, type Model, type Usage } from '@glm-tasks/core';
import type { z } from 'zod';
import { borrowDefaultModel } from './default-model.ts';
import { meterUsage } from './usage.ts';

export type TaskEvent<R> =
  /** `stage` is shown to people as it stands, with the numbers behind it: "reading: 3 of 12". */
  | { type: 'progress'; stage: string; done: number; total: number }
  /** Final text: the deltas join to the result's text exactly. */
  | { type: 'text-delta'; text: string }
  /** What may still change. */
  | { type: 'partial'; value: unknown }
  | { type: 'result'; result: R };

/** What cannot be serialised. A task that needs more (a store, knowledge, a zod schema) extends it. */
export interface TaskRun {
  /** @default one model the whole process shares, loaded on first use; `GLM_TASKS_MODEL` names another */
  model?: Model | undefined;
  signal?: AbortSignal | undefined;
}

/** What `run` gets: the caller's run, with a model that counts what it spends. */
export type TaskContext<Run extends TaskRun> = Run & { model: Model; usage: Usage };

export interface TaskDefinition<Input extends z.ZodType, Output extends z.ZodType, Run extends TaskRun> {
  name: string;
  description: string;
  /** Plain JSON: also the flags of the command and the body of a request. */
  input: Input;
  output: Output;
  /** Yields events on the way and returns the result. */
  run(input: z.output<Input>, context: TaskContext<Run>): AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, z.output<Output>>;
}

export interface Task<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType, Run extends TaskRun = TaskRun> {
  /** A bare string is short for `{ text }`. */
  (input: z.input<Input> | string, run?: Run): Promise<z.output<Output>>;
  stream(input: z.input<Input> | string, run?: Run): AsyncGenerator<TaskEvent<z.output<Output>>, void>;
  readonly name: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
}

/**
 * Makes a task out of data and one generator function.
 *
 * @example
 * const shout = defineTask({
 *   name: 'shout', description: 'Say it louder', input: z.object({ text: z.string() }), output: z.object({ text: z.string() }),
 *   async *run({ text }, { model, signal }) {
 *     const generated = await model.generate(`Say this louder: ${text}`, { signal });
 *     yield { type: 'text-delta', text: generated.text };
 *     return { text: generated.text };
 *   },
 * });
 * await shout('hello', { model });
 */
export function defineTask<Input extends z.ZodType, Output extends z.ZodType, Run extends TaskRun = TaskRun>(
  definition: TaskDefinition<Input, Output, Run>,
): Task<Input, Output, Run> {
  const { name, description, input, output } = definition;

  async function* stream(given: z.input<Input> | string, run = {} as Run): AsyncGenerator<TaskEvent<z.output<Output>>, void> {
    const checked = parseInput(name, input, given);
    const borrowed = run.model ? { model: run.model, giveBack() {} } : await borrowDefaultModel(run.signal);
    const { model, usage } = meterUsage(borrowed.model);
    try {
      const result = yield* definition.run(checked, { ...run, model, usage });
      yield { type: 'result', result: parseOutput(name, output, result) };
    } catch (error) {
      throw isTaskError(error) && usage.calls > 0 ? withUsage(error, usage) : error;
    } finally {
      borrowed.giveBack();
    }
  }

  async function call(given: z.input<Input> | string, run?: Run): Promise<z.output<Output>> {
    for await (const event of stream(given, run)) if (event.type === 'result') return event.result;
    throw new TaskError('output_invalid', `The task "${name}" ended without a result; its run function must return one.`);
  }

  const task = Object.assign(call, { stream, description, input, output });
  return Object.defineProperty(task, 'name', { value: name });
}

function parseInput<Input extends z.ZodType>(name: string, schema: Input, given: unknown): z.output<Input> {
  const parsed = schema.safeParse(typeof given === 'string' ? { text: given } : given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'input';
  const value = clip(JSON.stringify(readPath(given, issue?.path ?? [])) ?? 'undefined');
  throw new TaskError('invalid_input', `${name}: "${field}" is ${value}; ${issue?.message ?? 'it does not fit'}.`, {
    details: { field, issues: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) },
  });
}

function parseOutput<Output extends z.ZodType>(name: string, schema: Output, result: unknown): z.output<Output> {
  const parsed = schema.safeParse(result);
  if (parsed.success) return parsed.data;
  throw new TaskError('output_invalid', `The result of "${name}" does not fit its schema: ${parsed.error.message}`, { partial: result });
}

function readPath(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

function withUsage(error: TaskError, usage: Usage): TaskError {
  const { code, message, details, retryable, partial, cause } = error;
  return new TaskError(code, message, { details, retryable, partial, cause, usage: { ...usage } });
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
