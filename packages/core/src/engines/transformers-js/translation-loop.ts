import type { Tensor } from '@huggingface/transformers';
import { TaskError } from '@glm-tasks/weights';
import type { LoadedModel } from './load-model.ts';
import { encodeText } from './prompt-tokens.ts';
import { renamePresent, type Place, type TokenLoop } from './token-loop.ts';

interface Source {
  states: Tensor;
  mask: Tensor;
}

/**
 * The loop over an encoder-decoder model, in the shape of the one over a decoder: the prompt is the text to translate, which the encoder
 * reads once, and the place is one in the translation. One request at a time, so one source is enough.
 */
export function createTranslationLoop({ library, model, firstTokens }: LoadedModel): TokenLoop {
  const banned = ((model.generation_config as { bad_words_ids?: number[][] | null } | null)?.bad_words_ids ?? []).filter((words) => words.length === 1).flat();
  // A model of the encoder's session alone is an encoder.
  const encoder = new library.PreTrainedModel(model.config, { model: model.sessions['model'] }, {});
  const integers = (values: readonly number[]): Tensor => new library.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  let source: Source | undefined;

  async function decode(tokens: readonly number[], past: Place['past'] | undefined, length: number): Promise<Place> {
    const { states, mask } = source!;
    const outputs = (await model.forward({ encoder_outputs: states, attention_mask: mask, decoder_input_ids: integers(tokens), ...(past === undefined ? {} : { past_key_values: past }) })) as Record<string, Tensor>;
    const { logits, ...rest } = outputs;
    const last = logits!.slice(null, -1, null).to('float32').data as Float32Array;
    for (const token of banned) last[token] = -Infinity;
    // What the decoder knows of the source does not change: graphs that branch on it leave it out from the second step on.
    const known = Object.fromEntries(Object.entries(past ?? {}).filter(([name]) => name.includes('.encoder.')));
    return { logits: last, past: { ...renamePresent(rest), ...known }, length: length + tokens.length };
  }

  return {
    async prefill(prompt, interrupted) {
      if (interrupted()) throw new TaskError('aborted', 'The request was aborted.');
      const mask = integers(prompt.map(() => 1));
      const { last_hidden_state: states } = (await encoder.forward({ input_ids: integers(prompt), attention_mask: mask })) as Record<string, Tensor>;
      source = { states: states!, mask };
      return { ...(await decode(firstTokens, undefined, prompt.length - firstTokens.length)), cachedTokens: 0 };
    },
    advance: (place, token) => decode([token], place.past, place.length),
  };
}

/** A text to translate, between the special tokens of its tokenizer. */
export function encodeSource({ tokenizer }: Pick<LoadedModel, 'tokenizer'>, prompt: unknown): number[] {
  if (Array.isArray(prompt) && prompt.every((item) => typeof item === 'number')) return prompt;
  if (typeof prompt !== 'string') throw new TaskError('invalid_input', 'This model rewrites a text: give it the text, not messages.', { details: { field: 'prompt' } });
  const frame = tokenizer.encode('');
  return [...frame.slice(0, -1), ...encodeText(tokenizer, prompt), ...frame.slice(-1)];
}
