import { LEVEL, findSentenceEnds } from './boundaries.ts';

/** The sentences of a text, trimmed, in order. A line break ends a sentence too; ；and quoted sentences do not. */
export function splitSentences(text: string): string[] {
  return cutSentences(text).map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
}

/** Pieces that join to the text exactly, each one sentence and the space behind it. */
export function cutSentences(text: string): string[] {
  const pieces: string[] = [];
  for (const line of text.match(/[^\n]*\n+|[^\n]+$/g) ?? []) {
    let start = 0;
    for (const { end, level } of findSentenceEnds(line)) {
      if (level < LEVEL.sentence) continue;
      pieces.push(line.slice(start, end));
      start = end;
    }
    if (start < line.length) pieces.push(line.slice(start));
  }
  return pieces;
}
