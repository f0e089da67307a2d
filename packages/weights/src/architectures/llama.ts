import type { DecoderBlocks } from './decoder.ts';

/**
 * Llama (https://arxiv.org/abs/2302.13971), with SmolLM2 and the many others built like it: no biases. GGUF stores the
 * rows of query and key in such an order that rotary positions act on neighbouring numbers; on the Hub they act on halves.
 */
export function llama(decoder: DecoderBlocks): void {
  const { inputEmbedding, normalise, linear, rotate, attention, residual, gated, outputProjection } = decoder;

  let stream = inputEmbedding();
  for (const layer of decoder.layers) {
    const beforeAttention = normalise(stream, `${layer}.attn_norm`);
    const [query, key, value] = linear(beforeAttention, `${layer}.attn_q`, `${layer}.attn_k`, `${layer}.attn_v`);
    const attended = attention(layer, rotate(query!), rotate(key!), value!);
    const [mixed] = linear(attended, `${layer}.attn_output`);
    stream = residual(stream, mixed!);

    const beforeFeedForward = normalise(stream, `${layer}.ffn_norm`);
    const [gate] = linear(beforeFeedForward, `${layer}.ffn_gate`);
    const [up] = linear(beforeFeedForward, `${layer}.ffn_up`);
    const [down] = linear(gated(gate!, up!), `${layer}.ffn_down`);
    stream = residual(stream, down!);
  }
  outputProjection(normalise(stream, 'output_norm'));
}
