import type { Model } from '@glm-tasks/core';
import { defaultModelId } from '@glm-tasks/weights';
import { createProgress } from './progress.ts';
import type { Shell } from './shell.ts';

export interface ModelChoice {
  model?: string;
  offline?: boolean;
}

/** The model named by --model, else by GLM_TASKS_MODEL, else the default one. */
export function modelName({ model }: ModelChoice, env: Shell['env']): string {
  return model || env['GLM_TASKS_MODEL'] || defaultModelId;
}

/** Loads the model with its progress on stderr, does the work, and lets the model go however the work ends. */
export async function useModel<T>(shell: Shell, choice: ModelChoice, work: (model: Model) => Promise<T>): Promise<T> {
  const progress = createProgress(shell);
  const loading = shell.loadModel(modelName(choice, shell.env), {
    signal: shell.signal,
    onProgress: (event) => progress.show(event),
    ...(choice.offline ? { offline: true } : {}),
  });
  await using model = await loading.finally(() => progress.end());
  return await work(model);
}
