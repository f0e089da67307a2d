export { TaskError, isTaskError } from './errors.ts';
export type { TaskErrorCode, TaskErrorOptions } from './errors.ts';
