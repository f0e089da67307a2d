import { fromPretrained } from '@glm-tasks/core';
import { summarize } from '@glm-tasks/summarize';
import type { Summarizer, SummarizerOptions } from './summarizer.ts';

/** Our task as a user calls it: a medium paragraph, the engine with its defaults. */
export async function openGlmTasksSummarizer({ path, threads }: SummarizerOptions): Promise<Summarizer> {
  const model = await fromPretrained(path, { threads });
  await model.generate('Say hello.', { maxTokens: 8 }); // warms up
  return {
    async summarize({ text }) {
      const { summary, usage, chunks } = await summarize({ text, format: 'paragraph', length: 'medium' }, { model });
      return { summary, ...usage, chunks: chunks.map(({ start, end }) => text.slice(start, end)) };
    },
  };
}
