import { isTaskError, TaskError, type Model } from '@glm-tasks/core';
import { defaultModelId } from '@glm-tasks/weights';
import { createProgress } from './progress.ts';
import type { ModelOptions, Shell } from './shell.ts';

export interface ModelChoice {
  model?: string;
  offline?: boolean;
}

/** The model named by --model, else by GLM_TASKS_MODEL, else the default one. */
export function modelName({ model }: ModelChoice, env: Shell['env']): string {
  return model || env['GLM_TASKS_MODEL'] || defaultModelId;
}

/** Loads the model with its progress on stderr, does the work, and lets the model go however the work ends. */
export async function useModel<T>(shell: Shell, choice: ModelChoice, work: (model: Model) => Promise<T>, asked: ModelOptions = {}): Promise<T> {
  const progress = createProgress(shell);
  const loading = shell.loadModel(modelName(choice, shell.env), {
    signal: shell.signal,
    onProgress: (event) => progress.show(event),
    ...(choice.offline ? { offline: true } : {}),
    ...asked,
  });
  await using model = await loading.catch(nameOption).finally(() => progress.end());
  return await work(model);
}

/** The message of a program's call, with what is to be typed here. */
function nameOption(error: unknown): never {
  if (!isTaskError(error) || error.details?.['field'] !== 'languages') throw error;
  throw new TaskError(error.code, `${error.message} On the command line: glm-tasks translate FILE --languages zho_Hans:eng_Latn`, { details: error.details, cause: error });
}
