import { measureLength, splitSentences } from '@glm-tasks/task';
import type { SummaryTarget } from './length-target.ts';
import type { Ask } from './prompts.ts';

/** Sentences that stand for a long text where the summary itself is a single line. */
const DIGEST_SENTENCES = 4;

/** In how many sections notes on a long text are written up. */
export function countSections(ask: Ask, language: string): number {
  // Most sections may say nothing about a focus, and would fill the summary with it.
  // An earlier summary and what is new are no stretches of one text: what changed is seen by reading both at once.
  if (ask.focus !== undefined || ask.update) return 1;
  return hasSections(ask, language) ? countSentences(ask.target, language) : DIGEST_SENTENCES;
}

/** Whether the summary itself can be put together from sentences on sections. */
export function hasSections({ format, target }: Ask, language: string): boolean {
  return (format === 'paragraph' || format === 'key-points') && countSentences(target, language) > 1;
}

/** Sentences a summary of this length has, by the usual length of one. Each comes from a section of its own where the text allows it. */
export function countSentences({ unit, wanted }: SummaryTarget, language: string): number {
  const lengthOfOne = { sentences: 1, points: 1, words: 22, characters: /^(?:zh|ja|yue)\b/i.test(language) ? 40 : 130 }[unit];
  return Math.max(1, Math.round(wanted / lengthOfOne));
}

/** Pieces in order, in at most `count` sections of about the same length, none of them empty. */
export function divide(pieces: readonly string[], count: number): string[][] {
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const sections: string[][] = [];
  let before = 0;
  for (const [index, piece] of pieces.entries()) {
    const due = Math.floor(((before + piece.length / 2) * count) / Math.max(1, total)) + 1;
    const left = pieces.length - index;
    const open = sections.at(-1);
    // A section starts where its share of the length does, and in time for the last pieces to fill the sections still to come.
    if (open === undefined || (sections.length < count && (due > sections.length || left <= count - sections.length))) sections.push([piece]);
    else open.push(piece);
    before += piece.length;
  }
  return sections;
}

/** One sentence of each section, then a second of each, and so on while they fit: whatever the length, no section is left out before another has said all. */
export function pickSentences(sections: readonly string[], { unit, max }: SummaryTarget): string[] {
  const written = sections.map((section) => [...new Set(splitSentences(section))]);
  const picked = written.map((sentences) => sentences.slice(0, 1));
  const longest = Math.max(0, ...written.map((sentences) => sentences.length));
  const length = (chosen: string[][]) => (unit === 'points' ? chosen.flat().length : measureLength(chosen.flat().join('\n'), unit));
  for (let round = 1; round < longest; round++) {
    for (const [index, sentences] of written.entries()) {
      const next = sentences[round];
      if (next === undefined) continue;
      const longer = picked.with(index, [...(picked[index] ?? []), next]);
      if (length(longer) <= max) picked[index] = longer[index] ?? [];
    }
  }
  return [...new Set(picked.flat())];
}
