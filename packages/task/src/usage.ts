import { isTaskError, type Message, type Model, type Usage } from '@glm-tasks/core';

/** A model whose calls add up in `usage`. One that was broken off reports nothing, and is counted by its texts: without chat template, nothing reused. */
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
      let written = '';
      let isOpen = false;
      try {
        for await (const part of model.stream(prompt, options)) {
          isOpen = part.type !== 'end';
          if (part.type === 'end') add(part.usage);
          else written += part.text;
          yield part;
        }
        isOpen = false;
      } catch (error) {
        isOpen = false;
        throw error;
      } finally {
        if (isOpen) add(await countBrokenOff(model, prompt, written));
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

async function countBrokenOff(model: Model, prompt: string | Message[] | number[], written: string): Promise<Usage> {
  const texts = typeof prompt === 'string' ? [prompt] : prompt.flatMap((part) => (typeof part === 'number' ? [] : [part.content]));
  const { counts } = await model.countTokens([...texts, written]);
  const outputTokens = counts.at(-1) ?? 0;
  const inputTokens = texts.length === 0 ? prompt.length : counts.slice(0, -1).reduce((sum, count) => sum + count, 0);
  return { inputTokens, outputTokens, cachedTokens: 0, calls: 1 };
}
