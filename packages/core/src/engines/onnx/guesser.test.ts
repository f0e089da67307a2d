import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGuesser } from './guesser.ts';

describe('a guess', () => {
  test('is what followed the same tokens before', () => {
    expect(createGuesser([1, 2, 3, 4, 5, 6, 7, 1, 2, 3]).guess(7)).toEqual([4, 5, 6]);
    expect(createGuesser([1, 2, 3, 4, 5, 6, 7, 1, 2, 3]).guess(1)).toEqual([4]);
  });

  test('follows the longest match, and the latest of equal ones', () => {
    expect(createGuesser([9, 1, 2, 3, 4, 0, 8, 1, 2, 3, 5, 0, 9, 1, 2, 3]).guess(1)).toEqual([4]);
    expect(createGuesser([1, 2, 3, 4, 0, 1, 2, 3, 5, 0, 1, 2, 3]).guess(1)).toEqual([5]);
  });

  test('is none where two tokens match, or nothing', () => {
    expect(createGuesser([1, 2, 3, 4, 5, 0, 2, 3]).guess(7)).toEqual([]);
    expect(createGuesser([1, 2, 3, 4]).guess(7)).toEqual([]);
    expect(createGuesser([]).guess(7)).toEqual([]);
  });

  test('in whatever text, follows an earlier occurrence of its last three tokens', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 80 }), fc.integer({ min: 1, max: 9 }), (tokens, most) => {
        const guess = createGuesser(tokens).guess(most);
        expect(guess.length).toBeLessThanOrEqual(most);
        if (guess.length === 0) return;
        const found = tokens.some((_, at) => at + 3 < tokens.length && tokens.slice(at, at + 3).join() === tokens.slice(-3).join() && tokens.slice(at + 3, at + 3 + guess.length).join() === guess.join());
        expect(found).toBe(true);
      }),
    );
  });
});

test('guesses that are right grow, and guessing that does not pay rests, longer each time', () => {
  const tokens = Array.from({ length: 300 }, (_, index) => index % 20);
  const guesser = createGuesser(tokens);
  const widths = [0, 1, 2].map(() => {
    const { length } = guesser.guess(9);
    guesser.learn(length);
    return length;
  });
  expect(widths).toEqual([3, 6, 7]);

  const rests: number[] = [];
  let resting = 0;
  while (rests.length < 3) {
    tokens.push(tokens.length % 20);
    if (guesser.guess(9).length > 0) {
      if (resting > 0) rests.push(resting);
      resting = 0;
      guesser.learn(0);
    } else resting++;
  }
  expect(rests).toEqual([15, 31, 63]);
});
