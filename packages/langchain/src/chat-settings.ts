import type { RunOptions, Sampling } from '@glm-tasks/core';

/** What a chat model takes when it is made, and again with each call. */
export type ChatSettings = Pick<RunOptions, keyof Sampling | 'maxTokens' | 'stop' | 'avoid' | 'priority' | 'deadline'>;

export const settingNames = [
  'temperature',
  'topK',
  'topP',
  'minP',
  'repetitionPenalty',
  'dryMultiplier',
  'dryBase',
  'dryAllowedLength',
  'noRepeatNgram',
  'logitBias',
  'seed',
  'maxTokens',
  'stop',
  'avoid',
  'priority',
  'deadline',
] as const satisfies readonly (keyof ChatSettings)[];

export function pickSettings(given: Partial<Record<keyof ChatSettings, unknown>>): ChatSettings {
  return Object.fromEntries(settingNames.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]));
}
