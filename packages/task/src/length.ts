import { cutSentences, splitSentences } from './sentences.ts';

export type LengthUnit = 'sentences' | 'words' | 'characters';

/** Both ends belong to the target. */
export interface LengthTarget {
  unit: LengthUnit;
  min: number;
  max: number;
}

const words = new Intl.Segmenter('en', { granularity: 'word' });

/** A number asked for, give or take 15 %. */
export function aroundTarget(unit: LengthUnit, wanted: number): LengthTarget {
  return { unit, min: Math.max(1, Math.ceil((wanted * 85) / 100)), max: Math.max(1, Math.floor((wanted * 115) / 100)) };
}

/** Sentences, words (a Chinese word counts as the segmenter cuts it), or characters: code points without white space, which is how 字 are counted. */
export function measureLength(text: string, unit: LengthUnit): number {
  if (unit === 'sentences') return splitSentences(text).length;
  if (unit === 'characters') return [...text.replace(/\s+/gu, '')].length;
  let count = 0;
  for (const { isWordLike } of words.segment(text)) if (isWordLike) count++;
  return count;
}

export function meetsTarget(text: string, { unit, min, max }: LengthTarget): boolean {
  const length = measureLength(text, unit);
  return length >= min && length <= max;
}

/** How far a text is from its target, 0 inside it. */
export function missedBy(text: string, { unit, min, max }: LengthTarget): number {
  const length = measureLength(text, unit);
  return Math.max(0, min - length, length - max);
}

/** Drops sentences from the end until the text fits. The first sentence stays, however long it is. */
export function trimToTarget(text: string, target: LengthTarget): string {
  const sentences = cutSentences(text);
  while (sentences.length > 1 && measureLength(sentences.join(''), target.unit) > target.max) sentences.pop();
  return sentences.join('').trimEnd();
}
