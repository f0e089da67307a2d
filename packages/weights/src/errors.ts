/** Every way in which glm-tasks can fail. The set is closed: switch over it. */
export type TaskErrorCode =
  | 'model_not_found' // no catalog entry, file or folder of that name
  | 'download_failed' // every source of a file was tried and failed
  | 'integrity_failed' // bytes differ from what the catalog or the user pinned
  | 'invalid_model_file' // a weights file or model folder is damaged or hostile
  | 'unsupported_model' // a sound file of an architecture or format we do not run
  | 'insufficient_disk'
  | 'insufficient_memory'
  | 'engine_missing' // an optional dependency or tool is not installed
  | 'engine_crashed'
  | 'context_overflow'
  | 'invalid_input'
  | 'output_invalid' // the model's text kept failing a task's guarantee
  | 'overloaded'
  | 'upstream_failed'
  | 'timeout'
  | 'aborted';

export interface TaskErrorOptions {
  /** Facts for programs: what was wanted, what was found. JSON only. */
  details?: Record<string, unknown>;
  /** Whether the same call may succeed later without a change. Default false. */
  retryable?: boolean;
  /** What had been finished when the failure came. */
  partial?: unknown;
  /** Tokens spent before the failure. */
  usage?: { inputTokens: number; outputTokens: number; cachedTokens: number; calls: number };
  cause?: unknown;
}

/**
 * The only error class of glm-tasks. The message says what failed, with what value, and what to do next.
 *
 * @example
 * try { await summarize(text) } catch (error) {
 *   if (isTaskError(error) && error.code === 'aborted') return;
 *   throw error;
 * }
 */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly code: TaskErrorCode;
  readonly details: Record<string, unknown>;
  readonly retryable: boolean;
  readonly partial?: unknown;
  readonly usage?: NonNullable<TaskErrorOptions['usage']>;

  constructor(code: TaskErrorCode, message: string, options: TaskErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.retryable = options.retryable ?? false;
    if (options.partial !== undefined) this.partial = options.partial;
    if (options.usage !== undefined) this.usage = options.usage;
  }
}

/** Tells a TaskError by its shape, so that two installed copies of the package recognise each other's errors. */
export function isTaskError(error: unknown): error is TaskError {
  return error instanceof Error && error.name === 'TaskError' && 'code' in error;
}
