import { summarize } from '@glm-tasks/summarize';
import type { TaskEvent, TaskRun } from '@glm-tasks/task';
import type { z } from 'zod';

/** A task as those see it who walk the list: they hand in plain JSON, and the task checks it. */
export interface ListedTask {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  stream(input: unknown, run?: TaskRun): AsyncIterable<TaskEvent<unknown>>;
}

/** The one list of tasks. A task that stands here is a command; nothing else names tasks. */
export const tasks: readonly ListedTask[] = [summarize];
