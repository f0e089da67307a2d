import { TaskError } from '@glm-tasks/weights';

/**
 * Loads a package that users install only for the engine that needs it.
 *
 * @param load `() => import('the-package')`, written out so that tools see the import
 * @throws TaskError `engine_missing` with the command that installs it
 */
export async function importOptional<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause;
    throw new TaskError('engine_missing', `This engine needs the package ${name}, which is not installed. Run: npm install ${name}`, { cause, details: { package: name } });
  }
}

function isMissing(cause: unknown, name: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND' && cause.message.includes(`'${name}'`);
}
