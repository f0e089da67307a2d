import type { Sampling, TokenLogprob } from '../../engine.ts';
import type { Constraint } from './constraint.ts';
import type { StepResult, Wanted } from './graph-session.ts';
import { describeToken } from './logprobs.ts';
import { createSampler, isGreedy } from './sampler.ts';

/** Decides the tokens of one output. */
export interface Chooser {
  /** What a step has to fetch for it. */
  readonly wanted: Exclude<Wanted, 'nothing'>;
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

  function pick({ likeliest, logits }: StepResult): number {
    if (sample === undefined) return likeliest;
    // Mostly the model wants what it must, and then no pass over the vocabulary is needed.
    return greedy && constraint!.allows(likeliest) ? likeliest : sample(logits!);
  }

  return {
    wanted: sample === undefined && logprobs === undefined ? 'likeliest' : 'logits',
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
