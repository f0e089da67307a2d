export { TaskError, isTaskError } from '@glm-tasks/weights';
export type { TaskErrorCode } from '@glm-tasks/weights';
export type { Engine, GenerateRequest, Message, Part, Sampling, Usage } from './engine.ts';
export type { Generated, Model, RunOptions } from './model.ts';
