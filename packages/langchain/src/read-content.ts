import { TaskError } from '@glm-tasks/core';

/** Of a message, whatever its package's version: a text, or a list of texts and blocks. */
export type Content = string | readonly (string | object)[];

/** What a model said to itself or to a machine; tool calls stand in the message beside its content. */
const NOT_FOR_READERS = new Set(['reasoning', 'thinking', 'redacted_thinking', 'tool_use', 'tool_call', 'tool_call_chunk', 'input_json_delta', 'function_call', 'citation']);

/**
 * The text of a message's content.
 *
 * @throws TaskError `invalid_input` that names the kind of a block that is no text: an image, audio, a file
 */
export function readContent(content: Content): string {
  if (typeof content === 'string') return content;
  return content.map((block) => (typeof block === 'string' ? block : readBlock(block))).join('');
}

function readBlock(block: object): string {
  const { type = 'unknown', text } = block as { type?: string; text?: unknown };
  // "text" is the block of a text, "text-plain" and "file" with a `text` are documents that came as one.
  if (typeof text === 'string' && (type === 'text' || type === 'text-plain' || type === 'output_text' || type === 'input_text' || type === 'text_delta')) return text;
  if (NOT_FOR_READERS.has(type)) return '';
  const kind = type === 'image_url' ? 'image' : type;
  throw new TaskError('invalid_input', `A message has a block of the kind "${kind}", and this model reads text only; take it out, or put what it shows into words.`, {
    details: { field: 'messages', kind },
  });
}
