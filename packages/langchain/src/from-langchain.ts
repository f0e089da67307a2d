import { createModel, type Model } from '@glm-tasks/core';
import { createLangChainEngine, type LangChainEngineOptions } from './langchain-engine.ts';
import type { ChatModelSource } from './foreign-chat-model.ts';

/**
 * Any chat model of LangChain as a model of ours, for every task. Most of LangChain's chat models take temperature and the like only when they are
 * made: give a function that makes one with them, or read in the result's `warnings` what could not be honoured. Stop texts and `maxTokens` are kept
 * in any case. The chat model stays yours: nothing here closes it.
 *
 * @example
 * const model = fromLangChain(({ temperature, maxTokens }) => new ChatOpenAI({ model: 'gpt-5-mini', temperature, maxTokens }));
 * await summarize({ text }, { model });
 */
export function fromLangChain(chatModel: ChatModelSource, options: LangChainEngineOptions = {}): Model {
  return createModel(createLangChainEngine(chatModel, options));
}
