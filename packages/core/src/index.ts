export { TaskError, catalog, defaultModelId, isTaskError, showModel, storeRoot } from '@glm-tasks/weights';
export type { TaskErrorCode } from '@glm-tasks/weights';
export type { Engine, GenerateRequest, Message, Part, Sampling, Usage } from './engine.ts';
export { createModel } from './model.ts';
export type { Generated, Model, ModelOptions, RunOptions } from './model.ts';
export { ChatGLM, fromPretrained } from './from-pretrained.ts';
export type { LoadOptions } from './from-pretrained.ts';
