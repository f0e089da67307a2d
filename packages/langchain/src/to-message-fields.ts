import type { Usage } from '@glm-tasks/core';
import type { UsageMetadata } from '@langchain/core/messages';
import type { TurnEnd } from './stream-turn.ts';

/** What LangChain's messages carry beside their text: in a stream only the last chunk has it, so that joined chunks say it once. */
export interface MessageFields {
  /** A `UsageMetadata`. The constructors of LangChain's messages infer `never` for it under `exactOptionalPropertyTypes`. */
  usage_metadata: never;
  response_metadata: { model_provider: string; model_name: string; finish_reason: string; warnings?: string[] };
  additional_kwargs: { reasoning_content?: string };
}

export function toMessageFields(name: string, { usage, finishReason, warnings, reasoning }: TurnEnd): MessageFields {
  return {
    usage_metadata: toUsageMetadata(usage) as never,
    response_metadata: { model_provider: 'glm-tasks', model_name: name, finish_reason: finishReason, ...(warnings.length > 0 ? { warnings } : {}) },
    // The key under which LangChain looks for what a model thought.
    additional_kwargs: reasoning === undefined ? {} : { reasoning_content: reasoning },
  };
}

function toUsageMetadata({ inputTokens, outputTokens, cachedTokens }: Usage): UsageMetadata {
  return { input_tokens: inputTokens, output_tokens: outputTokens, total_tokens: inputTokens + outputTokens, input_token_details: { cache_read: cachedTokens } };
}
