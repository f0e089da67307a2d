import { Script } from 'node:vm';
import { TaskError } from '@glm-tasks/weights';

/** Which field of which file of a model says what is done. */
export interface Origin {
  file: string;
  field: string;
}

const WORK = Symbol.for('glm-tasks.work');
const script = new Script('globalThis[Symbol.for("glm-tasks.work")]()');

/**
 * Does what a file asks for, a pattern or a template, for so long and no longer. A timer would never be heard while it runs, so V8 stops it,
 * inside a regular expression too (`timeout` of node:vm). Costs about a tenth of a millisecond.
 *
 * @throws TaskError `invalid_model_file` naming file and field, for work that takes longer or more memory than there can be
 */
export function limitTime<T>(origin: Origin, milliseconds: number, work: () => T): T {
  const global = globalThis as { [WORK]?: () => unknown };
  const outer = global[WORK];
  global[WORK] = work;
  try {
    return script.runInThisContext({ timeout: Math.ceil(milliseconds), displayErrors: false }) as T;
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw refuseField(origin, `was not done after ${(milliseconds / 1000).toFixed(1)} s and was stopped`, error);
    if (error instanceof RangeError) throw refuseField(origin, `asks for more than can be computed (${error.message})`, error);
    throw error;
  } finally {
    if (outer === undefined) delete global[WORK];
    else global[WORK] = outer;
  }
}

export function refuseField({ file, field }: Origin, problem: string, cause?: unknown): TaskError {
  return new TaskError('invalid_model_file', `${file}: ${field} ${problem}. The file is damaged or hostile; use another one, or the same from its publisher.`, {
    cause,
    details: { file, field },
  });
}
