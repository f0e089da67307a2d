import type { Value } from './decoder.ts';
import type { EncoderBlocks } from './encoder.ts';

/**
 * BERT (https://arxiv.org/abs/1810.04805) and the encoders built like it: RoBERTa, XLM-RoBERTa, MiniLM, BGE, E5. It normalises after it
 * adds, has a bias everywhere, and no token is hidden from another.
 */
export function bert(encoder: EncoderBlocks): Value {
  const { inputEmbedding, linear, attention, addAndNormalise, activate } = encoder;

  let stream = inputEmbedding();
  for (const layer of encoder.layers) {
    const query = linear(stream, `${layer}.attention.self.query`);
    const key = linear(stream, `${layer}.attention.self.key`);
    const value = linear(stream, `${layer}.attention.self.value`);
    const mixed = linear(attention(query, key, value), `${layer}.attention.output.dense`);
    stream = addAndNormalise(stream, mixed, `${layer}.attention.output.LayerNorm`);

    const widened = activate(linear(stream, `${layer}.intermediate.dense`));
    stream = addAndNormalise(stream, linear(widened, `${layer}.output.dense`), `${layer}.output.LayerNorm`);
  }
  return stream;
}
