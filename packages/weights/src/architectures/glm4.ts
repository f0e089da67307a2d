import type { DecoderBlocks } from './decoder.ts';

/**
 * GLM-4-0414 (https://huggingface.co/zai-org/GLM-4-9B-0414): as ChatGLM, and what attention and the feed-forward part
 * found out is normalised once more before it is added.
 */
export function glm4(decoder: DecoderBlocks): void {
  const { inputEmbedding, normalise, normaliseBranch, queryKeyValue, linear, rotate, attention, residual, gateAndUp, gated, outputProjection } = decoder;

  let stream = inputEmbedding();
  for (const layer of decoder.layers) {
    const [query, key, value] = queryKeyValue(layer, normalise(stream, `${layer}.attn_norm`));
    const attended = attention(layer, rotate(query), rotate(key), value);
    const [mixed] = linear(attended, `${layer}.attn_output`);
    stream = residual(stream, normaliseBranch(mixed!, `${layer}.post_attention_norm`));

    const [gate, up] = gateAndUp(layer, normalise(stream, `${layer}.ffn_norm`));
    const [down] = linear(gated(gate, up), `${layer}.ffn_down`);
    stream = residual(stream, normaliseBranch(down!, `${layer}.post_ffw_norm`));
  }
  outputProjection(normalise(stream, 'output_norm'));
}
