import type { Tensor } from '@huggingface/transformers';
import { TaskError } from '@glm-tasks/weights';
import type { LoadedModel } from './load-model.ts';

type Past = Record<string, Tensor>;

/** Where a sequence stands: what the model would say next, and the keys and values of everything before. */
export interface Place {
  /** Of the next token, one for every token of the vocabulary. A copy: samplers may change it. */
  logits: Float32Array;
  past: Past;
  length: number;
}

export interface TokenLoop {
  /** Goes through a prompt, in slices; `interrupted` is looked at between them. */
  prefill(prompt: number[], interrupted: () => boolean): Promise<Place & { cachedTokens: number }>;
  /** One token further. */
  advance(place: Place, token: number): Promise<Place>;
}

// Bounds what a model without `num_logits_to_keep` returns: logits for every token, 0.6 MB each with a large vocabulary.
const SLICE = 256;

/**
 * The forward loop over a transformers.js model. Its own `generate` applies the repository's sampling defaults, cannot be stopped
 * during a prompt and reads it in one piece. Tensors on the CPU are never changed once made, so a kept past can be shared.
 */
export function createTokenLoop({ library, model }: Pick<LoadedModel, 'library' | 'model'>): TokenLoop {
  let kept: { tokens: number[]; past: Past } | undefined;
  const integers = (values: number[], dims: number[]): Tensor => new library.Tensor('int64', BigInt64Array.from(values, BigInt), dims);

  async function forward(tokens: number[], past: Past | undefined, length: number): Promise<Place> {
    const end = length + tokens.length;
    const outputs = (await model.forward({
      input_ids: integers(tokens, [1, tokens.length]),
      attention_mask: integers(Array<number>(end).fill(1), [1, end]),
      num_logits_to_keep: integers([1], []),
      ...(past === undefined ? {} : { past_key_values: past }),
    })) as Record<string, Tensor>;
    const { logits, ...rest } = outputs;
    const last = logits!.slice(null, -1, null).to('float32').data as Float32Array;
    return { logits: last, past: renamePresent(rest), length: end };
  }

  /**
   * The longest known beginning. Only what a prefill computed is kept and two tokens are left to compute, because attention
   * rounds differently for one new token than for several, and a greedy text must not depend on what ran before.
   */
  function findKept(prompt: number[]): { past: Past | undefined; length: number } {
    const none = { past: undefined, length: 0 };
    if (kept === undefined) return none;
    const { tokens, past } = kept;
    const length = commonLength(tokens, prompt.slice(0, -2));
    if (length === 0) return none;
    if (length === tokens.length) return { past, length };
    return isCuttable(past, tokens.length) ? { past: cutPast(past, length), length } : none;
  }

  return {
    async prefill(prompt, interrupted) {
      const { past, length: cachedTokens } = findKept(prompt);
      let place: Omit<Place, 'logits' | 'past'> & { logits?: Float32Array; past: Past | undefined } = { past, length: cachedTokens };
      while (place.length < prompt.length) {
        if (interrupted()) throw new TaskError('aborted', 'The request was aborted.');
        const left = prompt.length - place.length;
        const width = left === SLICE + 1 ? SLICE - 1 : Math.min(SLICE, left);
        const next = await forward(prompt.slice(place.length, place.length + width), place.past, place.length);
        kept = { tokens: prompt.slice(0, next.length), past: next.past };
        place = next;
      }
      return { logits: place.logits!, past: place.past!, length: place.length, cachedTokens };
    },
    advance: (place, token) => forward([token], place.past, place.length),
  };
}

/** Outputs are named after what they are, inputs after what they become (transformers.js, getPastKeyValues). */
export function renamePresent(outputs: Record<string, Tensor>): Past {
  const present = Object.entries(outputs).filter(([name]) => name.startsWith('present'));
  return Object.fromEntries(present.map(([name, tensor]) => [name.startsWith('present_') ? name.replace('present_', 'past_') : name.replace('present', 'past_key_values'), tensor]));
}

/** Recurrent states hold all tokens in one and cannot be taken back to fewer. */
function isCuttable(past: Past, length: number): boolean {
  return Object.entries(past).every(([name, { dims }]) => name.startsWith('past_key_values.') && dims.length === 4 && dims[2] === length);
}

function cutPast(past: Past, length: number): Past {
  return Object.fromEntries(Object.entries(past).map(([name, tensor]) => [name, tensor.slice(null, null, [0, length], null)]));
}

function commonLength(a: readonly number[], b: readonly number[]): number {
  const different = a.findIndex((token, index) => token !== b[index]);
  return different === -1 ? a.length : different;
}
