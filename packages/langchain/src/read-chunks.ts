import { TaskError, type Usage } from '@glm-tasks/core';
import type { ForeignChunk } from './foreign-chat-model.ts';
import { readContent, type Content } from './read-content.ts';

export interface ChunkReader {
  /** The text of a chunk; what else it says is kept. */
  read(chunk: ForeignChunk): string;
  end(): { finishReason: 'stop' | 'length'; reasoning: string; usage: Usage | undefined };
}

const LENGTH = /^(?:length|max_tokens|max_output_tokens|model_length)$/i;
const WITHHELD = /^(?:content_filter|safety|refusal|prohibited_content|recitation)$/i;

/** Puts together what the chunks of one answer say beside its text. Providers spread usage over several chunks, to be added up. */
export function createChunkReader(name: string): ChunkReader {
  let usage: Usage | undefined;
  let reason = '';
  let reasoning = '';
  return {
    read({ content, usage_metadata: spent, response_metadata: metadata = {}, additional_kwargs: more = {} }) {
      if (spent) {
        const { input_tokens = 0, output_tokens = 0, input_token_details: details } = spent;
        const inputTokens = (usage?.inputTokens ?? 0) + input_tokens;
        const cachedTokens = Math.min(inputTokens, (usage?.cachedTokens ?? 0) + (details?.cache_read ?? 0));
        usage = { inputTokens, outputTokens: (usage?.outputTokens ?? 0) + output_tokens, cachedTokens, calls: 1 };
      }
      for (const key of ['finish_reason', 'stop_reason', 'done_reason', 'finishReason']) if (typeof metadata[key] === 'string') reason = metadata[key];
      if (typeof more['reasoning_content'] === 'string') reasoning += more['reasoning_content'];
      reasoning += readThinking(content);
      return readContent(content);
    },
    end() {
      if (WITHHELD.test(reason)) throw new TaskError('upstream_failed', `${name} withheld its answer ("${reason}"); change what is asked.`, { details: { finishReason: reason } });
      return { finishReason: LENGTH.test(reason) ? 'length' : 'stop', reasoning, usage };
    },
  };
}

function readThinking(content: Content): string {
  if (typeof content === 'string') return '';
  const blocks = content.filter((block) => typeof block === 'object') as { reasoning?: unknown; thinking?: unknown }[];
  return blocks.map(({ reasoning, thinking }) => [reasoning, thinking].find((text) => typeof text === 'string') ?? '').join('');
}
