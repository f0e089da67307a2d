import { TaskError, type Sampling } from '@glm-tasks/core';
import type { Content } from './read-content.ts';

/**
 * What is used of a chat model of LangChain. By shape, never by class: it may come from another version of @langchain/core than ours, and a chat
 * model with fallbacks or retries is none by its class at all.
 */
export interface ForeignChatModel {
  stream(messages: { role: string; content: string }[], options?: Record<string, unknown>): Promise<AsyncIterable<ForeignChunk>>;
  /** The call options it says it takes. */
  readonly callKeys?: string[];
  readonly profile?: { maxInputTokens?: number | undefined };
  getNumTokens?(content: string): Promise<number>;
  getName?(): string;
}

export interface ForeignChunk {
  content: Content;
  usage_metadata?: { input_tokens?: number; output_tokens?: number; input_token_details?: { cache_read?: number | undefined } | undefined } | undefined;
  response_metadata?: Record<string, unknown> | undefined;
  additional_kwargs?: Record<string, unknown> | undefined;
}

/** Under the names that LangChain's chat models have for them. */
export type ChatSampling = Pick<Sampling, 'temperature' | 'topP' | 'topK' | 'minP' | 'repetitionPenalty' | 'seed'> & { maxTokens?: number };

/** A chat model, or a function that makes one for the sampling of a request; it is called once for every kind of request. */
export type ChatModelSource = ForeignChatModel | ((sampling: ChatSampling) => ForeignChatModel);

export function checkChatModel(chat: unknown): ForeignChatModel {
  if (typeof chat === 'object' && chat !== null && 'stream' in chat && typeof chat.stream === 'function') return chat as ForeignChatModel;
  throw new TaskError('invalid_input', `The chat model is ${JSON.stringify(chat) ?? String(chat)}; give one of LangChain, such as new ChatOpenAI({ model }).`, {
    details: { field: 'chatModel' },
  });
}

/**
 * The counter of a chat model that has its own. LangChain's inherited one fetches GPT-2's tokenizer from the network, whatever the model; it is told
 * by what stands beside it on its prototype.
 */
export function ownTokenCounter(chat: ForeignChatModel): ((text: string) => Promise<number>) | undefined {
  let owner: unknown = chat;
  while (typeof owner === 'object' && owner !== null && !Object.hasOwn(owner, 'getNumTokens')) owner = Object.getPrototypeOf(owner);
  const isInherited = typeof owner !== 'object' || owner === null || Object.hasOwn(owner, '_getSerializedCacheKeyParametersForCall');
  return isInherited ? undefined : (text) => chat.getNumTokens!(text);
}
