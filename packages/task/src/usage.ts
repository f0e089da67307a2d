import { isTaskError, type Model, type Usage } from '@glm-tasks/core';

/** A model whose finished calls add up in `usage`. */
export interface MeteredModel {
  model: Model;
  usage: Usage;
}

export function meterUsage(model: Model): MeteredModel {
  const usage: Usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, calls: 0 };
  const add = (spent: Usage) => {
    usage.inputTokens += spent.inputTokens;
    usage.outputTokens += spent.outputTokens;
    usage.cachedTokens += spent.cachedTokens;
    usage.calls += spent.calls;
  };
  /** Objects fail after whole calls, which the error counts. */
  const addOf = (error: unknown): unknown => {
    if (isTaskError(error) && error.usage) add(error.usage);
    return error;
  };
  const metered: Model = {
    ...model,
    async generate(prompt, options) {
      const generated = await model.generate(prompt, options);
      add(generated.usage);
      return generated;
    },
    async *stream(prompt, options) {
      for await (const part of model.stream(prompt, options)) {
        if (part.type === 'end') add(part.usage);
        yield part;
      }
    },
    async generateObject(prompt, options) {
      const generated = await model.generateObject(prompt, options).catch((error: unknown) => Promise.reject(addOf(error)));
      add(generated.usage);
      return generated;
    },
    async *streamObject(prompt, options) {
      try {
        for await (const part of model.streamObject(prompt, options)) {
          if (part.type === 'object') add(part.usage);
          yield part;
        }
      } catch (error) {
        throw addOf(error);
      }
    },
  };
  return { model: metered, usage };
}
