import type { GenerateRequest } from '@glm-tasks/core';
import type { ChatSampling, ForeignChatModel } from './foreign-chat-model.ts';

export interface ChosenOptions {
  /** Of the call. */
  options: Record<string, unknown>;
  /** Whether the chat model itself keeps to `maxTokens`. */
  keepsMaxTokens: boolean;
  /** What could not be honoured, in plain words. */
  warnings: string[];
}

/** No chat model of LangChain has a name for these that others have too. */
const UNKNOWN = ['dryMultiplier', 'noRepeatNgram', 'logitBias'] as const;

/** An option goes along where the chat model says that calls may have it. Where it was made with the same value nothing is left to do. */
export function chooseOptions(chat: ForeignChatModel, sampling: ChatSampling, request: GenerateRequest): ChosenOptions {
  const takes = new Set(chat.callKeys ?? []);
  const has = chat as unknown as Record<string, unknown>;
  const options: Record<string, unknown> = {};
  const missed = new Map<string, unknown>(UNKNOWN.filter((name) => request[name] !== undefined && request[name] !== 0).map((name) => [name, request[name]]));
  if (request.signal) options['signal'] = request.signal;
  if (request.stop && request.stop.length > 0) options['stop'] = request.stop;
  for (const [name, value] of Object.entries(sampling)) {
    if (takes.has(name)) options[name] = value;
    else if (has[name] !== value) missed.set(name, value);
  }
  const keepsMaxTokens = !missed.delete('maxTokens');
  const warnings = [...missed].map(([name, value]) => `${name} ${JSON.stringify(value)} was not honoured: the chat model takes it only when it is made, if at all; give fromLangChain a function that makes it.`);
  return { options, keepsMaxTokens, warnings };
}
