import type { Sampling, TokenLogprob } from '../../engine.ts';
import type { Constraint } from './constraint.ts';
import type { StepResult, Wanted } from './graph-session.ts';
import { describeToken } from './logprobs.ts';
import { createSampler, isGreedy } from './sampler.ts';

/** Decides the tokens of one output. */
export interface Chooser {
  /** What a step has to fetch for it. */
  readonly wanted: Exclude<Wanted, 'nothing'>;
  /** Whether the likeliest tokens do not do this time, and the logits are needed. */
  needsLogits(result: StepResult): boolean;
  choose(result: StepResult): number;
  /** One for every token of the text, where the request asks for them. */
  readonly logprobs: TokenLogprob[] | undefined;
}

export interface ChooserParts {
  request: Sampling & { logprobs?: number };
  prompt: readonly number[];
  constraint: Constraint | undefined;
  eosTokenIds: readonly number[];
  /** A token alone as text. */
  show(token: number): string;
}

export function createChooser({ request, prompt, constraint, eosTokenIds, show }: ChooserParts): Chooser {
  const greedy = isGreedy(request);
  const top = request.logprobs;
  const logprobs: TokenLogprob[] | undefined = top === undefined ? undefined : [];
  const sample = greedy && constraint === undefined ? undefined : createSampler(request, prompt, constraint);

  /** Mostly the model wants what it must, or something near it, and then no pass over the vocabulary is needed. */
  const pickLikely = ({ likeliest, top = [] }: StepResult): number | undefined => [likeliest, ...top].find((token) => constraint!.allows(token));

  function pick(result: StepResult): number {
    if (sample === undefined) return result.likeliest;
    return (greedy ? pickLikely(result) : undefined) ?? sample(result.logits!);
  }

  return {
    wanted: logprobs !== undefined || (sample !== undefined && !greedy) ? 'logits' : sample === undefined ? 'likeliest' : 'top',
    needsLogits: (result) => result.logits === undefined && sample !== undefined && pickLikely(result) === undefined,
    choose(result) {
      if (top === undefined) return pick(result);
      const raw = result.logits!.slice();
      const token = pick(result);
      if (!eosTokenIds.includes(token)) logprobs!.push(describeToken(raw, token, top, show));
      return token;
    },
    logprobs,
  };
}
