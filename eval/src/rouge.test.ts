import { describe, expect, test } from 'vitest';
import { measureRouge } from './rouge.ts';

describe('measureRouge', () => {
  test('of Lin\'s own examples: police killed the gunman', () => {
    // "police kill the gunman": 3 of 4 words, 1 of 3 pairs (the gunman), subsequence police the gunman.
    expect(measureRouge('police kill the gunman', 'police killed the gunman', 'words')).toEqual({ one: 3 / 4, two: 1 / 3, longest: 3 / 4 });
    // "the gunman kill police": the same words and pair, but the subsequence is the gunman.
    expect(measureRouge('the gunman kill police', 'police killed the gunman', 'words')).toEqual({ one: 3 / 4, two: 1 / 3, longest: 2 / 4 });
  });

  test('F1 of different lengths, counts clipped, case and punctuation aside', () => {
    // 3 words against 5: the (once), cat; pair "the cat"; subsequence the cat.
    const { one, two, longest } = measureRouge('The the cat.', 'a cat, the cat sat', 'words');
    expect(one).toBeCloseTo((2 * 2) / 8);
    expect(two).toBeCloseTo((2 * 1) / 6);
    expect(longest).toBeCloseTo((2 * 2) / 8);
  });

  test('Chinese by characters, white space aside', () => {
    // 大桥开工 against 新 大桥 五月开工: 4 of 7 characters, pairs 大桥 and 开工 of 3 and 6, subsequence of 4.
    const { one, two, longest } = measureRouge('大桥开工', '新 大桥 五月开工', 'characters');
    expect([one, two, longest].map((value) => value.toFixed(4))).toEqual([(8 / 11).toFixed(4), (4 / 9).toFixed(4), (8 / 11).toFixed(4)]);
  });

  test('the same text is 1, nothing in common 0, nothing at all 0', () => {
    expect(measureRouge('one two', 'one two', 'words')).toEqual({ one: 1, two: 1, longest: 1 });
    for (const [candidate, reference] of [['one two', 'three four'], ['', 'one'], ['one', ''], ['', '']] as const) {
      expect(measureRouge(candidate, reference, 'words')).toEqual({ one: 0, two: 0, longest: 0 });
    }
  });
});
