import { summarize } from '@glm-tasks/summarize';
import { detectFormat, translate } from '@glm-tasks/translate';
import type { Store, TaskEvent, TaskRun } from '@glm-tasks/task';
import type { z } from 'zod';

/** A task as those see it who walk the list: they hand in plain JSON, and the task checks it. */
export interface ListedTask {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  stream(input: unknown, run?: ListedRun): AsyncIterable<TaskEvent<unknown>>;
  /** A task that keeps the format of a file is given the file as it stands, with this as its `format`. */
  detectFormat?(name: string | undefined, text: string): string;
  /** What a run would take, where the task can say so. */
  plan?(input: unknown, run?: TaskRun): Promise<unknown>;
}

/** What any task may be given; one that does not remember takes no store. */
export interface ListedRun extends TaskRun {
  store?: Store | undefined;
}

/** The one list of tasks. A task that stands here is a command; nothing else names tasks. */
export const tasks: readonly ListedTask[] = [summarize, Object.assign(translate, { detectFormat })];
