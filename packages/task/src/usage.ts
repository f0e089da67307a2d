import type { Model, Usage } from '@glm-tasks/core';

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
  };
  return { model: metered, usage };
}
