import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { aroundTarget, measureLength, meetsTarget, missedBy, trimToTarget } from './length.ts';

describe('length', () => {
  test('counts sentences, words, and 字 in code points', () => {
    expect(measureLength('One. Two! Three?', 'sentences')).toBe(3);
    expect(measureLength("It isn't 3.5 miles.", 'words')).toBe(4);
    expect(measureLength('𠮷野家 很好。', 'characters')).toBe(6);
    expect(measureLength('', 'words')).toBe(0);
  });

  test('a number is met within 15 %', () => {
    expect(aroundTarget('words', 100)).toEqual({ unit: 'words', min: 85, max: 115 });
    expect(aroundTarget('sentences', 3)).toEqual({ unit: 'sentences', min: 3, max: 3 });
    expect(aroundTarget('words', 1)).toEqual({ unit: 'words', min: 1, max: 1 });
    expect(missedBy('One. Two.', { unit: 'sentences', min: 3, max: 4 })).toBe(1);
    expect(meetsTarget('One. Two.', { unit: 'sentences', min: 1, max: 2 })).toBe(true);
  });

  test('trims at the end of a sentence and keeps the first', () => {
    expect(trimToTarget('One two. Three four. Five.', { unit: 'words', min: 1, max: 4 })).toBe('One two. Three four.');
    expect(trimToTarget('今天很好。明天下雨。', { unit: 'characters', min: 1, max: 9 })).toBe('今天很好。');
    expect(trimToTarget('One two three.', { unit: 'words', min: 1, max: 2 })).toBe('One two three.');
  });

  test('a trimmed text begins the text and fits, or is one sentence', () => {
    fc.assert(
      fc.property(fc.lorem({ mode: 'sentences', maxCount: 8 }), fc.integer({ min: 1, max: 40 }), (text, max) => {
        const trimmed = trimToTarget(text, { unit: 'words', min: 1, max });
        expect(text.startsWith(trimmed)).toBe(true);
        expect(measureLength(trimmed, 'words') <= max || measureLength(trimmed, 'sentences') === 1).toBe(true);
      }),
    );
  });
});
