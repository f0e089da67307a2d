import { TaskError, fromPretrained, type LoadOptions, type Model } from '@glm-tasks/core';
import { createDefaultModel, type DefaultModel } from '@glm-tasks/task';

export interface ModelFields {
  /** A loaded model, or the name of one as `fromPretrained` takes it; that one is loaded with the first call and let go when it is idle. */
  model: Model | string;
  /** How a model that is given by name is loaded. */
  load?: Omit<LoadOptions, 'signal'> | undefined;
}

/** Lends the model for one call at a time. A model that was given loaded stays the caller's: it is never disposed here. */
export function lendModel({ model, load = {} }: ModelFields): DefaultModel {
  if (typeof model === 'string' && model !== '') {
    return createDefaultModel({ load: (_name, { signal }) => fromPretrained(model, { ...load, signal }), print() {} });
  }
  if (typeof model !== 'object' || model === null) {
    const shown = JSON.stringify(model) ?? 'missing';
    throw new TaskError('invalid_input', `"model" is ${shown}; give a model of fromPretrained, or the name of one, such as "small".`, { details: { field: 'model' } });
  }
  return { borrow: async () => ({ model, giveBack() {} }), release: async () => {} };
}

export async function withLentModel<T>(lender: DefaultModel, signal: AbortSignal | undefined, use: (model: Model) => Promise<T>): Promise<T> {
  const { model, giveBack } = await lender.borrow(signal);
  try {
    return await use(model);
  } finally {
    giveBack();
  }
}
