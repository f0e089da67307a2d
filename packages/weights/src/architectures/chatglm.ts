import type { DecoderBlocks } from './decoder.ts';

/**
 * ChatGLM2 and ChatGLM3, GLM-4-9B and GLM-Edge (https://arxiv.org/abs/2406.12793): grouped-query attention with biases on
 * query, key and value, rotary positions on neighbouring numbers of the first half of a head, and a feed-forward part
 * whose gate and up are one matrix.
 */
export function chatglm(decoder: DecoderBlocks): void {
  const { inputEmbedding, normalise, queryKeyValue, linear, rotate, attention, residual, gateAndUp, gated, outputProjection } = decoder;

  let stream = inputEmbedding();
  for (const layer of decoder.layers) {
    const [query, key, value] = queryKeyValue(layer, normalise(stream, `${layer}.attn_norm`));
    const attended = attention(layer, rotate(query), rotate(key), value);
    const [mixed] = linear(attended, `${layer}.attn_output`);
    stream = residual(stream, mixed!);

    const [gate, up] = gateAndUp(layer, normalise(stream, `${layer}.ffn_norm`));
    const [down] = linear(gated(gate, up), `${layer}.ffn_down`);
    stream = residual(stream, down!);
  }
  outputProjection(normalise(stream, 'output_norm'));
}
