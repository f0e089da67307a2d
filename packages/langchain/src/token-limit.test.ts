import { estimateTokens } from '@glm-tasks/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTokenLimit } from './token-limit.ts';

describe('createTokenLimit', () => {
  test('takes a beginning of what comes, all of it where nothing was cut, and never more than the limit', () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom('The', ' fox', ' is here. ', '它喜欢鱼。', '🦊', '\n\n'), fc.string({ unit: 'grapheme', maxLength: 8 }))), fc.integer({ min: 1, max: 30 }), (chunks, most) => {
        const limit = createTokenLimit(most);
        let taken = '';
        for (const chunk of chunks) {
          taken += limit.take(chunk);
          if (limit.reached) break;
        }
        expect(chunks.join('').startsWith(taken)).toBe(true);
        if (!limit.reached) expect(taken).toBe(chunks.join(''));
        const whole = createTokenLimit(most);
        // Ends in no word, so it cannot pass for one token.
        expect(estimateTokens(whole.take(`${chunks.join('')}.`))).toBeLessThanOrEqual(most);
      }),
    ));

  test('one token a chunk, as most chat models send it; an estimate for the rest', () => {
    const byChunk = createTokenLimit(3);
    expect([' extraordinarily', ' long', ' words', ' more'].map((chunk) => byChunk.take(chunk))).toEqual([' extraordinarily', ' long', ' words', ' ']);
    expect(byChunk.reached).toBe(true);
    expect(createTokenLimit(3).take('它喜欢吃鱼')).toBe('它');
    const none = createTokenLimit();
    expect(none.take('word '.repeat(20_000))).toHaveLength(100_000);
    expect(none.reached).toBe(false);
  });
});
