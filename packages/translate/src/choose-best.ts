import { isTaskError, type Message, type Model } from '@glm-tasks/core';
import { chrf } from './chrf.ts';
import type { Attempt } from './translate-piece.ts';

/**
 * The sample that agrees most with the others (minimum Bayes risk by chrF, Kumar and Byrne 2004) and that the model finds likeliest, where its
 * engine can say so: the sum of both ranks decides. Few problems come before either.
 */
export async function chooseBest(attempts: readonly Attempt[], model: Model, prompt: string | Message[], signal: AbortSignal | undefined): Promise<Attempt> {
  const fewest = Math.min(...attempts.map(({ problems }) => problems.length));
  const left = attempts.filter(({ problems }, index) => problems.length === fewest && attempts.findIndex(({ answer }) => answer === attempts[index]?.answer) === index);
  if (left.length === 1) return left[0] as Attempt;
  const agreement = left.map(({ answer }) => attempts.reduce((sum, other) => sum + chrf([answer], [other.answer]), 0));
  const likelihood = await scoreAnswers(model, prompt, left.map(({ answer }) => answer), signal);
  const ranks = left.map((_, index) => rankOf(agreement, index) + rankOf(likelihood, index));
  return left[ranks.indexOf(Math.min(...ranks))] as Attempt;
}

/** Mean log-probability of a token; all alike where the engine cannot tell. */
async function scoreAnswers(model: Model, prompt: string | Message[], answers: string[], signal: AbortSignal | undefined): Promise<number[]> {
  try {
    const scores = await model.score(prompt, answers, signal ? { signal } : {});
    return scores.map(({ logprob, tokens }) => logprob / Math.max(1, tokens));
  } catch (error) {
    if (isTaskError(error) && (error.details as { field?: string } | undefined)?.field === 'score') return answers.map(() => 0);
    throw error;
  }
}

function rankOf(values: readonly number[], index: number): number {
  // Sums of the same numbers in another order differ in their last digits.
  return values.filter((value) => value > (values[index] as number) + 1e-6).length;
}
