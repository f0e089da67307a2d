import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import type { Scored } from '../../engine.ts';
import { prefill } from './prefill.ts';

/** Evaluates a continuation behind its prompt and sums the log-probabilities of its tokens. */
export async function scoreContinuation(sequence: LlamaContextSequence, prompt: readonly Token[], continuation: readonly Token[], signal: AbortSignal | undefined): Promise<Scored> {
  if (continuation.length === 0) return { logprob: 0, tokens: 0 };
  const { rest } = await prefill(sequence, prompt, signal);
  // The outcome after each token but the last is asked for one thing: the logit of the token that comes next.
  const wanted = [...rest.slice(0, -1).map(() => undefined), ...continuation];
  const input = [...rest, ...continuation.slice(0, -1)];
  const outputs = await sequence.controlledEvaluate(
    input.map((token, index) => {
      const next = wanted[index];
      if (next === undefined) return token;
      return [token, { generateNext: { logits: { filter: { tokens: [next], includeMax: true } }, totalLogitWeight: true, options: { temperature: 0 } } }];
    }),
  );
  let logprob = 0;
  wanted.forEach((token, index) => {
    if (token === undefined) return;
    const { logits, totalLogitWeight } = outputs[index]!.next;
    logprob += logits!.get(token)! - Math.max(...logits!.values()) - Math.log(totalLogitWeight!);
  });
  return { logprob, tokens: continuation.length };
}
