import { estimateTokens } from '@glm-tasks/core';

/** Cuts a stream after so many tokens, for a chat model that cannot be told. */
export interface TokenLimit {
  /** As much of the text as the limit leaves. */
  take(text: string): string;
  /** Whether something was cut. */
  readonly reached: boolean;
}

const words = new Intl.Segmenter('en', { granularity: 'word' });

export function createTokenLimit(most = Infinity): TokenLimit {
  let tokens = 0;
  let reached = false;
  return {
    take(text) {
      // Most chat models send one token at a time, and an estimate of a part of a word is too high. What is longer is no token.
      if (tokens < most && /^\s*[\p{L}\p{M}]{1,20}$/u.test(text) && !/[\p{Ideographic}\p{Script=Hiragana}\p{Script=Katakana}]{2}/u.test(text)) {
        tokens += 1;
        return text;
      }
      let taken = '';
      for (const { segment } of words.segment(text)) {
        tokens += segment === ' ' ? 0 : estimateTokens(segment);
        if (tokens > most) {
          reached = true;
          return taken;
        }
        taken += segment;
      }
      return taken;
    },
    get reached() {
      return reached;
    },
  };
}
