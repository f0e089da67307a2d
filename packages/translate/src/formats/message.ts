import { isBranching, readBranches } from '../icu.ts';
import { isTranslatable } from '../mask.ts';
import type { Segment } from '../segments.ts';

export interface Message {
  /** One a line, or one an ICU branch, without offsets. */
  segments: Segment[];
  write(targets: (string | undefined)[]): string;
}

/** A string of a message file: its lines, or the branches of its ICU plurals and selects. `line` is where it stands in the file. */
export function readMessage(text: string, key: string, line: number, to: string): Message {
  const place = `line ${line}, ${key}`;
  if (isBranching(text)) {
    const { branches, write } = readBranches(text, to, place, line);
    const segments = branches.map(({ name, source, plural, reason }): Segment => {
      const segment: Segment = { id: name === '' ? key : `${key}:${name}`, source, place: name === '' ? place : `${place}, ${name}`, translatable: reason === undefined && isTranslatable(source) };
      if (plural !== undefined) segment.plural = plural;
      if (reason !== undefined) segment.reason = reason;
      return segment;
    });
    return { segments, write };
  }
  // Odd parts are the line breaks and the white space around them.
  const parts = text.split(/(\s*(?:\r\n|[\n\r\u2028\u2029])\s*|^\s+|\s+$)/u);
  const lines = parts.flatMap((part, index) => (index % 2 === 0 && part.trim() !== '' ? [index] : []));
  const segments = lines.map((index, order): Segment => {
    const source = parts[index]!;
    return { id: lines.length === 1 ? key : `${key}:${order + 1}`, source, place, translatable: isTranslatable(source) };
  });
  const write = (targets: (string | undefined)[]): string => parts.map((part, index) => targets[lines.indexOf(index)] ?? part).join('');
  return { segments, write };
}
