import type { DecoderBlocks } from './decoder.ts';

/**
 * Qwen3 (https://arxiv.org/abs/2505.09388): as Qwen2, but without biases, and every head of query and key is normalised
 * before its positions are put in.
 */
export function qwen3(decoder: DecoderBlocks): void {
  const { inputEmbedding, normalise, normaliseHeads, linear, rotate, attention, residual, gateAndUp, gated, outputProjection } = decoder;

  let stream = inputEmbedding();
  for (const layer of decoder.layers) {
    const beforeAttention = normalise(stream, `${layer}.attn_norm`);
    const [query, key, value] = linear(beforeAttention, `${layer}.attn_q`, `${layer}.attn_k`, `${layer}.attn_v`);
    const rotatedQuery = rotate(normaliseHeads(query!, `${layer}.attn_q_norm`));
    const rotatedKey = rotate(normaliseHeads(key!, `${layer}.attn_k_norm`));
    const [mixed] = linear(attention(layer, rotatedQuery, rotatedKey, value!), `${layer}.attn_output`);
    stream = residual(stream, mixed!);

    const [gate, up] = gateAndUp(layer, normalise(stream, `${layer}.ffn_norm`));
    const [down] = linear(gated(gate, up), `${layer}.ffn_down`);
    stream = residual(stream, down!);
  }
  outputProjection(normalise(stream, 'output_norm'));
}
