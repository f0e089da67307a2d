import { createHmac, randomBytes } from 'node:crypto';

/** What chat templates and tokenizers of the families we run treat as control, not as text. */
const controlToken = /<(?=\|[\w .-]{1,40}\||\/?(?:s|think|bos|eos|pad|unk|start_of_turn|end_of_turn|sop|eop)>)|\[(?=(?:\/?INST|gMASK|sMASK|MASK|CLS|SEP)\])/giu;

const secret = randomBytes(32);

/**
 * A mark no document can guess, so that no document can close its own fence. Within a process it is the same for the same text, so
 * that a second task on a document finds the first one's prefix still computed.
 *
 * @example
 * const marker = createMarker('some text');
 * fence('some text', marker); // <text-3f9a1c08>\nsome text\n</text-3f9a1c08>
 */
export function createMarker(text: string): string {
  return `text-${createHmac('sha256', secret).update(text).digest('hex').slice(0, 8)}`;
}

/** Document text between two marks, with control tokens in it made plain text. */
export function fence(text: string, marker: string): string {
  return `<${marker}>\n${neutralize(text)}\n</${marker}>`;
}

/** `<|im_start|>` -> `< |im_start|>`: a reader still sees it, a tokenizer no longer does. */
export function neutralize(text: string): string {
  return text.replace(controlToken, (bracket) => `${bracket} `);
}
