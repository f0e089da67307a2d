import { aroundTarget, type LengthTarget } from '@glm-tasks/task';
import type { TextFormat } from './prompts.ts';
import type { SummarizeInput } from './schema.ts';

/** `points` counts list items; the other units are those of every task. */
export type SummaryTarget = (LengthTarget | { unit: 'points'; min: number; max: number }) & {
  /** The number the model is asked for. */
  wanted: number;
};

/** A length that sentences have to add up to. */
export type CountTarget = SummaryTarget & { unit: 'words' | 'characters' };

export function isCount(target: SummaryTarget): target is CountTarget {
  return target.unit === 'words' || target.unit === 'characters';
}

type Steps = Record<'short' | 'medium' | 'long', readonly [min: number, max: number]>;

const POINTS: Steps = { short: [1, 3], medium: [2, 5], long: [3, 7] };
const PARAGRAPH: Steps = { short: [1, 1], medium: [2, 3], long: [4, 6] };
const TLDR: Steps = { short: [1, 1], medium: [1, 1], long: [1, 2] };
const HEADLINE_WORDS: Steps = { short: [2, 12], medium: [2, 17], long: [2, 22] };
const HEADLINE_CHARACTERS: Steps = { short: [4, 20], medium: [4, 30], long: [4, 40] };

/** What "short", or a number, means for a format in a language. */
export function chooseTarget({ length, format }: { length: SummarizeInput['length']; format: TextFormat }, language: string): SummaryTarget {
  if (typeof length === 'string') return namedTarget(length, format, language);
  if ('words' in length) return { ...aroundTarget('words', length.words), wanted: length.words };
  if ('characters' in length) return { ...aroundTarget('characters', length.characters), wanted: length.characters };
  const { min, max } = aroundTarget('sentences', length.sentences);
  return { unit: format === 'key-points' ? 'points' : 'sentences', min, max, wanted: length.sentences };
}

function namedTarget(length: keyof Steps, format: TextFormat, language: string): SummaryTarget {
  const counted = countsCharacters(language);
  const target = (unit: SummaryTarget['unit'], [min, max]: readonly [number, number], wanted = max): SummaryTarget => ({ unit, min, max, wanted });
  switch (format) {
    case 'key-points':
      return target('points', POINTS[length]);
    case 'tl;dr':
      return target('sentences', TLDR[length], 1);
    case 'headline':
      return counted ? target('characters', HEADLINE_CHARACTERS[length]) : target('words', HEADLINE_WORDS[length]);
    case 'paragraph':
      return target('sentences', PARAGRAPH[length]);
    default:
      return format satisfies never;
  }
}

/** Languages written without spaces count characters where others count words. */
function countsCharacters(language: string): boolean {
  return /^(?:zh|ja|th|yue)\b/i.test(language);
}
