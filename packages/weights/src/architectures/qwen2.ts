import type { DecoderBlocks } from './decoder.ts';

/**
 * Qwen2 and Qwen2.5 (https://arxiv.org/abs/2407.10671): a decoder with grouped-query attention, biases on query, key
 * and value, rotary positions on the two halves of a head, and a gated feed-forward part.
 */
export function qwen2(decoder: DecoderBlocks): void {
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
