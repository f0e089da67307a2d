import { TaskError } from '@glm-tasks/core';
import type { DeskLanguage, DeskTexts } from './desk-texts.ts';
import { checkIntents, labelOf } from './intents.ts';
import { refuseForbidden } from './policies.ts';
import { checkSlots } from './slots.ts';
import type { Desk } from './turn.ts';

/**
 * Refuses settings that contradict each other. What the owner of the desk wrote is held against the policies here, so that in a conversation
 * there is always something left to say.
 *
 * @throws TaskError `invalid_input`
 */
export function checkSettings({ slots, intents, policies, handover, thresholds }: Desk, texts: Record<DeskLanguage, DeskTexts>): void {
  checkSlots(slots);
  checkIntents(intents, slots);
  if (!Number.isInteger(handover.misses) || handover.misses < 1) throw new TaskError('invalid_input', `handover.misses is ${handover.misses}; it must be a whole number from 1.`, { details: { field: 'handover.misses' } });
  for (const [name, value] of Object.entries({ ...thresholds, confidence: handover.confidence })) {
    if (!(value >= 0 && value <= 1)) throw new TaskError('invalid_input', `The threshold "${name}" is ${value}; it must be from 0 to 1.`, { details: { field: name } });
  }
  if (thresholds.clarify > thresholds.intent) throw new TaskError('invalid_input', `thresholds.clarify (${thresholds.clarify}) is above thresholds.intent (${thresholds.intent}); it must be below.`, { details: { field: 'thresholds.clarify' } });
  for (const [language, words] of Object.entries(texts)) refuseForbidden(named(Object.entries(words), ([name, text]: [string, string]) => [`texts.${language}.${name}`, text]), policies);
  refuseForbidden(named(slots, ({ name, question }) => [`question of the slot ${name}`, question]), policies);
  refuseForbidden(named(intents, (intent) => [`label of the intent ${intent.name}`, labelOf(intent)]), policies);
  refuseForbidden(named(policies, ({ name, replacement = '' }) => [`replacement of the policy ${name}`, replacement]), policies);
}

function named<T>(items: readonly T[], read: (item: T) => [string, string]): Record<string, string> {
  return Object.fromEntries(items.map(read));
}
