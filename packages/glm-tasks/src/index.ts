export { ChatGLM, TaskError, fromPretrained, isTaskError } from '@glm-tasks/core';
export type {
  DeepPartial,
  Generated,
  GeneratedObject,
  JsonRung,
  LoadOptions,
  Message,
  Model,
  ObjectOptions,
  ObjectPart,
  Part,
  RunOptions,
  Sampling,
  Scored,
  TaskErrorCode,
  TokenLogprob,
  Usage,
} from '@glm-tasks/core';
export { summarize } from '@glm-tasks/summarize';
export type { SummarizeInput, Summary } from '@glm-tasks/summarize';
export type { TaskEvent, TaskRun } from '@glm-tasks/task';
export type { LoadProgress } from '@glm-tasks/weights';
export { tasks } from './tasks.ts';
export type { ListedTask } from './tasks.ts';
