import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGuesser, type Guesser } from './guesser.ts';

/** Steps that take 10 ms each. */
function timedGuesser(tokens: readonly number[]): Guesser {
  const guesser = createGuesser(tokens);
  guesser.time(10);
  return guesser;
}

/** The time of a step where a guessed token adds a quarter of one. */
const quick = (made: number): number => 10 + 2.5 * made;

describe('a guess', () => {
  test('is what followed the same tokens before', () => {
    expect(timedGuesser([1, 2, 3, 4, 5, 6, 7, 1, 2, 3]).guess(7)).toEqual([4, 5]);
    expect(timedGuesser([1, 2, 3, 4, 5, 6, 7, 1, 2, 3]).guess(1)).toEqual([4]);
  });

  test('follows the longest match, and the latest of equal ones', () => {
    expect(timedGuesser([9, 1, 2, 3, 4, 0, 8, 1, 2, 3, 5, 0, 9, 1, 2, 3]).guess(1)).toEqual([4]);
    expect(timedGuesser([1, 2, 3, 4, 0, 1, 2, 3, 5, 0, 1, 2, 3]).guess(1)).toEqual([5]);
  });

  test('is none where two tokens match, or nothing', () => {
    expect(timedGuesser([1, 2, 3, 4, 5, 0, 2, 3]).guess(7)).toEqual([]);
    expect(timedGuesser([1, 2, 3, 4]).guess(7)).toEqual([]);
    expect(timedGuesser([]).guess(7)).toEqual([]);
  });

  test('in whatever text, follows an earlier occurrence of its last three tokens', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 80 }), fc.integer({ min: 1, max: 9 }), (tokens, most) => {
        const guess = timedGuesser(tokens).guess(most);
        expect(guess.length).toBeLessThanOrEqual(most);
        if (guess.length === 0) return;
        const found = tokens.some((_, at) => at + 3 < tokens.length && tokens.slice(at, at + 3).join() === tokens.slice(-3).join() && tokens.slice(at + 3, at + 3 + guess.length).join() === guess.join());
        expect(found).toBe(true);
      }),
    );
  });
});

describe('guessing', () => {
  const tokens = Array.from({ length: 300 }, (_, index) => index % 20);

  test('grows while it is right', () => {
    const guesser = timedGuesser(tokens);
    const widths = [0, 1, 2, 3].map(() => {
      const { length } = guesser.guess(9);
      guesser.learn(length, quick(length));
      return length;
    });
    expect(widths).toEqual([2, 4, 7, 7]);
  });

  /** How long it rests between guesses of which so many are right. */
  function measureRests(accepted: number, time: (made: number) => number): number[] {
    const text = [...tokens];
    const guesser = timedGuesser(text);
    const rests: number[] = [];
    for (let resting = 0; rests.length < 3 && text.length < 3_000; ) {
      text.push(text.length % 20);
      const made = guesser.guess(9).length;
      if (made === 0) {
        resting++;
        continue;
      }
      if (resting > 0) rests.push(resting);
      resting = 0;
      guesser.learn(Math.min(made, accepted), time(made));
    }
    return rests;
  }

  test('rests where it does not pay, longer each time', () => {
    expect(measureRests(0, quick)).toEqual([15, 31, 63]);
    expect(measureRests(1, quick)).toEqual([]);
  });

  test('rests where one of two is right but a guess takes as long as a step', () => {
    expect(measureRests(1, (made) => 10 + 8 * made)).toEqual([15, 31, 63]);
  });

  test('is not moved by a step that was interrupted', () => {
    const guesser = timedGuesser(tokens);
    for (const milliseconds of [10, 400, 11, 10]) guesser.time(milliseconds);
    guesser.guess(9);
    guesser.learn(0, 40);
    expect(guesser.guess(9)).toEqual([]);
  });

  test('waits for a step to be weighed against', () => {
    expect(createGuesser(tokens).guess(9)).toEqual([]);
  });
});
