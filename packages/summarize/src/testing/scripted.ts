import { createModel, type GenerateRequest, type Message, type Model } from '@glm-tasks/core';
import { fakeEngine, type FakeEngine } from '@glm-tasks/core/testing';

export const messagesOf = (request: GenerateRequest | undefined): Message[] => request?.prompt as Message[];
export const userOf = (request: GenerateRequest | undefined): string => messagesOf(request)[1]?.content ?? '';
export const instructionOf = (request: GenerateRequest | undefined): string => userOf(request).split('>\n\n').at(-1) ?? '';
/** What stands in the fence. */
export const documentOf = (request: GenerateRequest | undefined): string => /^<[^>]*>\n([\s\S]*)\n<\//.exec(userOf(request))?.[1] ?? '';

/** Answers call after call; the last reply stays. */
export function scripted(replies: string[], options: { contextLength?: number; slots?: number } = {}): { engine: FakeEngine; model: Model } {
  const engine = fakeEngine({ reply: () => replies[Math.min(engine.requests.length, replies.length) - 1] ?? '', ...options });
  return { engine, model: createModel(engine) };
}
