import type { TaskEvent, TaskRun } from '@glm-tasks/task';
import type { z } from 'zod';

/** A task as far as it is used here: one of `defineTask`, or one out of a list of many. */
export interface AnyTask<Input, Result, Run extends TaskRun> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
  stream(input: Input, run?: Run): AsyncIterable<TaskEvent<Result>>;
}

/** The run of one call: what was given for all, and what LangChain says of this one. */
export function joinRun<Run extends TaskRun>(run: Run | undefined, signal: AbortSignal | undefined): Run {
  const signals = [run?.signal, signal].filter((one) => one !== undefined);
  return { ...run, ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }) } as Run;
}
