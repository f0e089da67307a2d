import { TaskError } from '../errors.ts';

/** A file of a checkpoint that is damaged, or that another file contradicts. */
export function failFile(file: string, problem: string): never {
  throw new TaskError('invalid_model_file', `${file} ${problem}. Fetch the files again or choose another checkpoint.`, { details: { file } });
}
