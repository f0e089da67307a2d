import { TaskError } from '../errors.ts';
import type { Metadata } from '../formats/gguf-metadata.ts';

/** The numbers that tell one model of a family from another. */
export interface DecoderShape {
  layers: number;
  /** Width of the residual stream. */
  hidden: number;
  heads: number;
  /** Fewer than `heads` when several query heads share one key and value head (grouped-query attention). */
  keyValueHeads: number;
  headDimension: number;
  /** Longest text the model was trained on, in tokens, as far as we serve it. */
  contextLength: number;
  rotaryBase: number;
  normalisationEpsilon: number;
}

// Rotary tables are stored for every position; beyond this they would outweigh a small model's layers.
const longestContext = 32_768;

/** @throws TaskError `invalid_model_file` for numbers out of range, `unsupported_model` for positions we cannot compute */
export function readDecoderShape(architecture: string, metadata: Metadata): DecoderShape {
  const key = (name: string): string => `${architecture}.${name}`;
  const hidden = metadata.count(key('embedding_length'), 1, 65_536);
  const heads = metadata.count(key('attention.head_count'), 1, 1024);
  const keyValueHeads = metadata.optionalCount(key('attention.head_count_kv'), 1, heads) ?? heads;
  const headDimension = metadata.optionalCount(key('attention.key_length'), 2, 1024) ?? hidden / heads;
  const rotaryDimension = metadata.optionalCount(key('rope.dimension_count'), 2, 1024) ?? headDimension;
  const scaling = metadata.optionalText(key('rope.scaling.type')) ?? 'none';

  if (heads % keyValueHeads !== 0 || headDimension % 2 !== 0) {
    throw new TaskError(
      'invalid_model_file',
      `The file describes ${heads} query heads, ${keyValueHeads} key-value heads and heads of ${headDimension} numbers, which do not fit together. Fetch it again.`,
      { details: { heads, keyValueHeads, headDimension } },
    );
  }
  // Wrong positions give fluent nonsense, so what we cannot compute is refused.
  if (scaling !== 'none' || rotaryDimension !== headDimension) {
    throw new TaskError(
      'unsupported_model',
      `The file wants rotary positions on ${rotaryDimension} of ${headDimension} dimensions with scaling "${scaling}". Supported: all dimensions, no scaling.`,
      { details: { rotaryDimension, headDimension, scaling } },
    );
  }
  return {
    layers: metadata.count(key('block_count'), 1, 512),
    hidden,
    heads,
    keyValueHeads,
    headDimension,
    contextLength: Math.min(metadata.count(key('context_length'), 1, 1 << 30), longestContext),
    rotaryBase: metadata.optionalNumber(key('rope.freq_base')) ?? 10_000,
    normalisationEpsilon: metadata.number(key('attention.layer_norm_rms_epsilon')),
  };
}
