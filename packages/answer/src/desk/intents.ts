import { TaskError } from '@glm-tasks/core';
import type { Slot } from './slots.ts';

/** What a customer may want, other than an answer. */
export interface Intent {
  name: string;
  /** As the customer calls it; stands in the question which of two things is meant, and on the ticket. @default the first utterance */
  label?: string;
  /** Ways to say it; a dozen is good. */
  utterances: readonly string[];
  /** Names of the slots it needs, in the order they are asked for. */
  slots?: readonly string[];
  /** What to say once all slots are filled: `{slot}` is filled in; or a function that does the work, such as looking up an order. */
  reply?: string | ((request: IntentRequest) => string | Promise<string>);
  /** Without a reply: people do it, or the question is answered from the knowledge. @default 'handover' */
  otherwise?: 'handover' | 'answer';
}

export interface IntentRequest {
  sessionId: string;
  /** The number of the turn. With a store that others write to, a turn may be done twice: let the second time do nothing. */
  turn: number;
  intent: string;
  /** With personal data in its place. */
  slots: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
}

/** @throws TaskError `invalid_input` */
export function checkIntents(intents: readonly Intent[], slots: readonly Slot[]): void {
  for (const [index, intent] of intents.entries()) {
    const field = `intents[${index}]`;
    if (intents.findIndex(({ name }) => name === intent.name) < index) throw new TaskError('invalid_input', `Two intents are called "${intent.name}"; rename one.`, { details: { field } });
    if (intent.utterances.every((utterance) => utterance.trim() === '')) {
      throw new TaskError('invalid_input', `The intent "${intent.name}" has no utterances; give some ways to say it.`, { details: { field } });
    }
    const unknown = intent.slots?.find((name) => slots.every((slot) => slot.name !== name));
    if (unknown !== undefined) throw new TaskError('invalid_input', `The intent "${intent.name}" needs the slot "${unknown}", which is not among the slots; add it.`, { details: { field } });
  }
}

export function labelOf({ name, label, utterances }: Intent): string {
  return label ?? utterances[0] ?? name;
}
