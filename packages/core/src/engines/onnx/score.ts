import type { Scored } from '../../engine.ts';
import type { StepResult } from './graph-session.ts';
import { logSumExp } from './logprobs.ts';

/** Tokens to compute behind the prompt and the first `after` tokens of the continuation. */
export interface ScoreStep {
  tokens: number[];
  after: number;
}

// The logits of a position are 0.6 MB (152,000 tokens), and all positions of a step come at once.
const SLICE = 32;

/**
 * Scores continuations of one prompt: yields steps, takes the outcome after each of their tokens, and returns the scores.
 * No step is one token long, because the attention kernel rounds differently there (docs/decisions/002-equal-text.md).
 *
 * @param afterPrompt logits after the last token of the prompt
 */
export function* scoreContinuations(afterPrompt: Float32Array, continuations: readonly number[][]): Generator<ScoreStep, Scored[], StepResult[]> {
  const scores: Scored[] = [];
  for (const tokens of continuations) {
    let logprob = tokens.length === 0 ? 0 : logprobOf(afterPrompt, tokens[0]!);
    // Nothing follows the last token, so a single one needs no step.
    for (let after = 0; tokens.length > 1 && after < tokens.length; ) {
      const left = tokens.length - after;
      const width = left === SLICE + 1 ? SLICE - 1 : Math.min(SLICE, left);
      const results = yield { tokens: tokens.slice(after, after + width), after };
      results.forEach(({ logits }, index) => {
        const next = tokens[after + index + 1];
        if (next !== undefined) logprob += logprobOf(logits!, next);
      });
      after += width;
    }
    scores.push({ logprob, tokens: tokens.length });
  }
  return scores;
}

const logprobOf = (logits: Float32Array, token: number): number => logits[token]! - logSumExp(logits);
