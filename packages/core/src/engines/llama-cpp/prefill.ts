import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { abortError } from './sequence-pool.ts';

// Between two slices an abort is noticed and other sequences have their turn.
const SLICE = 256;

/**
 * Brings a sequence to a prompt: keeps what it holds of its beginning, forgets the rest and evaluates all but the last tokens.
 * Two are always left, because one new token may round differently from several, and a greedy text must not depend on that.
 */
export async function prefill(sequence: LlamaContextSequence, prompt: readonly Token[], signal: AbortSignal | undefined): Promise<{ cachedTokens: number; rest: Token[] }> {
  // Without shifting: with it, tokens of another text would be moved under this one.
  await sequence.adaptStateToTokens(prompt.slice(0, -2), false);
  const cachedTokens = sequence.nextTokenIndex;
  let rest = prompt.slice(cachedTokens);
  while (rest.length > SLICE + 1) {
    if (signal?.aborted) throw abortError(signal);
    await sequence.evaluateWithoutGeneratingNewTokens(rest.slice(0, SLICE));
    rest = rest.slice(SLICE);
  }
  if (signal?.aborted) throw abortError(signal);
  return { cachedTokens, rest };
}
