import { createModel, type GenerateRequest, type JsonRung, type Model } from '@glm-tasks/core';
import { fakeEngine, type FakeEngine } from '@glm-tasks/core/testing';

export interface Scripted {
  model: Model;
  engine: FakeEngine;
}

/** A model that answers with the next line of a script, the last one again and again; a line may look at the request. */
export function scriptedModel(script: readonly (string | ((request: GenerateRequest) => string))[], json: readonly Exclude<JsonRung, 'prompt'>[] = ['constrained']): Scripted {
  let turn = 0;
  const engine = fakeEngine({
    can: { json },
    reply(request) {
      const line = script[Math.min(turn++, script.length - 1)]!;
      return typeof line === 'string' ? line : line(request);
    },
  });
  return { engine, model: createModel(engine) };
}

/** The form in which a turn is asked for, where tools are bound: a call, or an answer in words. */
export const call = (tool: string, args: unknown): string => JSON.stringify({ value: { tool, arguments: args } });
export const answer = (text: unknown): string => JSON.stringify({ value: { answer: text } });

/** The prompt of a request, as one text. */
export function promptOf({ prompt }: GenerateRequest): string {
  return typeof prompt === 'string' ? prompt : prompt.map((part) => (typeof part === 'number' ? '' : `${part.role}: ${part.content}`)).join('\n');
}
