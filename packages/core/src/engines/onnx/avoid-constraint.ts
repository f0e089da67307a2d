import type { Constraint } from './constraint.ts';
import type { TokenBytes } from './token-bytes.ts';

/**
 * Keeps texts out of an output: a token that would complete one may not come, so the model goes another way from there. What is left of the
 * vocabulary is nearly all of it, so nothing is ruled out in advance. A text counts at the beginning of a word only, whatever the case of its
 * ASCII letters; and at the end of one or inside it, since what follows is not known yet.
 */
export function createAvoidConstraint(texts: readonly string[], bytes: Pick<TokenBytes, 'readBytes'>): Constraint {
  const avoided = texts.map((text) => lower(Buffer.from(text)));
  const longest = Math.max(0, ...avoided.map((text) => text.length));
  let end = '';

  const read = (token: number): string => lower(Buffer.from(bytes.readBytes(token)));

  return {
    prepare: async () => {},
    allows(token) {
      const written = end + read(token);
      return !avoided.some((text) => completes(written, text, end.length));
    },
    restrict: () => {},
    accept(token) {
      // One character more than a text has, to see where a word begins.
      end = (end + read(token)).slice(-longest - 1);
      return false;
    },
    dispose: () => {},
  };
}

/** Whether the text occurs in `written` and ends behind `from`. */
function completes(written: string, text: string, from: number): boolean {
  for (let at = written.indexOf(text, Math.max(0, from - text.length + 1)); at >= 0; at = written.indexOf(text, at + 1)) {
    if (!(isWord(written[at - 1]) && isWord(text[0]))) return true;
  }
  return false;
}

function isWord(byte: string | undefined): boolean {
  return byte !== undefined && /[a-z0-9]/.test(byte);
}

/** A character a byte, so that half a character of one token goes on in the next. */
function lower(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
