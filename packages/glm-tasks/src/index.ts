export { ChatGLM, TaskError, fromPretrained, isTaskError, loadReader } from '@glm-tasks/core';
export type {
  DeepPartial,
  ExtractedAnswer,
  Generated,
  GeneratedObject,
  JsonRung,
  LoadOptions,
  Message,
  Model,
  ObjectOptions,
  ObjectPart,
  Part,
  Reader,
  ReaderOptions,
  RunOptions,
  Sampling,
  Scored,
  TaskErrorCode,
  TokenLogprob,
  TokenOptions,
  Usage,
} from '@glm-tasks/core';
export { summarize } from '@glm-tasks/summarize';
export type { Summarize, SummarizeInput, SummarizeRun, Summary, SummaryPlan } from '@glm-tasks/summarize';
export { createFileStore, createMemoryStore } from '@glm-tasks/task';
export type { Store, TaskEvent, TaskRun } from '@glm-tasks/task';
export type { LoadProgress } from '@glm-tasks/weights';
export { extractTerms, translate } from '@glm-tasks/translate';
export type { TranslateInput, TranslateRun, Translation } from '@glm-tasks/translate';
export { tasks } from './tasks.ts';
export type { ListedRun, ListedTask } from './tasks.ts';
