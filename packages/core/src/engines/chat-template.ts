import { Template } from '@huggingface/jinja';
import { TaskError } from '@glm-tasks/weights';
import type { Message } from '../engine.ts';
import { limitTime, refuseField, type Origin } from './limit-time.ts';

export interface ChatTemplate {
  /** @throws TaskError `invalid_input` where the template refuses these messages, `invalid_model_file` where it would not end or fills the memory */
  render(messages: readonly Message[], values: Readonly<Record<string, unknown>>): string;
}

// A template is done in milliseconds: a second is for a machine that is busy, and one more for every million characters.
const BASE_MS = 1000;
const MS_PER_CHARACTER = 1 / 1000;
/** What a template may write beside what the messages hold, in characters. */
const MOST_ADDED = 1 << 20;

/** A model's chat template (Jinja), which is a program of whoever made the file. */
export function readChatTemplate(source: string, origin: Origin): ChatTemplate {
  const template = limitTime(origin, BASE_MS, () => {
    try {
      return new Template(source);
    } catch (cause) {
      throw cause instanceof RangeError ? cause : refuseField(origin, `is no template: ${reasonOf(cause)}`, cause);
    }
  });
  return { render: (messages, values) => renderLimited(origin, messages, () => template.render({ ...values, messages })) };
}

/** Renders within bounds of time and length. */
export function renderLimited(origin: Origin, messages: readonly Message[], render: () => string): string {
  const length = messages.reduce((sum, { content }) => sum + content.length, 0);
  const text = limitTime(origin, BASE_MS + length * MS_PER_CHARACTER, () => {
    try {
      return render();
    } catch (cause) {
      if (cause instanceof RangeError) throw cause;
      throw new TaskError('invalid_input', `The model's chat template refuses these messages: ${reasonOf(cause)}.`, { cause });
    }
  });
  // Some templates write every message twice.
  if (text.length > MOST_ADDED + 4 * length) throw refuseField(origin, `writes ${text.length} characters for messages of ${length}`);
  return text;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
