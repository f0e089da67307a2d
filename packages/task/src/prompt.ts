import type { Message } from '@glm-tasks/core';
import { fence } from './fence.ts';

export interface PromptParts {
  /** What all calls of a task have in common. It stands first, so that the engine computes it once. */
  system: string;
  /** Document text; it goes behind what is shared, in a fence. */
  document?: string | undefined;
  marker: string;
  /** What is asked of this call. It stands last: a small model follows what it read last. */
  instruction: string;
}

/** The one order in which all tasks put their prompts together. */
export function buildPrompt({ system, document, marker, instruction }: PromptParts): Message[] {
  const content = document === undefined ? instruction : `${fence(document, marker)}\n\n${instruction}`;
  return [
    { role: 'system', content: system },
    { role: 'user', content },
  ];
}
