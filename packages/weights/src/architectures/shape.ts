import { TaskError } from '../errors.ts';
import type { Metadata } from '../formats/metadata.ts';
import type { Family } from './families.ts';
import type { RotaryPairs } from './rotary.ts';

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
  /** How many numbers at the start of a head are turned by positions: all of them, or half in the GLM families. */
  rotaryDimension: number;
  rotaryPairs: RotaryPairs;
  /** By how much slower than its base says each pair of numbers turns; undefined where none does. */
  rotaryFactors?: readonly number[];
  normalisationEpsilon: number;
  /** What MiniCPM multiplies by (https://arxiv.org/abs/2404.06395), so that small and large models learn alike; undefined elsewhere. */
  scales?: { embedding: number; residual: number; output: number };
}

// Rotary tables are stored for every position; beyond this they would outweigh a small model's layers.
const longestContext = 32_768;

/** The order in which GGUF files store the rows of query and key. */
export const pairsInGguf: Readonly<Record<Family, RotaryPairs>> = {
  qwen2: 'halves',
  qwen3: 'halves',
  llama: 'neighbours',
  minicpm: 'neighbours',
  chatglm: 'neighbours',
  glm4: 'neighbours',
};

/** @throws TaskError `invalid_model_file` for numbers out of range, `unsupported_model` for positions we cannot compute */
export function readDecoderShape(family: Family, metadata: Metadata): DecoderShape {
  const key = (name: string): string => `${family}.${name}`;
  const hidden = metadata.count(key('embedding_length'), 1, 65_536);
  const heads = metadata.count(key('attention.head_count'), 1, 1024);
  const headDimension = metadata.optionalCount(key('attention.key_length'), 2, 1024) ?? hidden / heads;
  const scaling = metadata.optionalText(key('rope.scaling.type')) ?? 'none';
  if (scaling !== 'none') refuseScaling(metadata.file, scaling);
  // Sections of positions are for pictures: texts alone never need them, and a file that has them computes otherwise.
  if (metadata.has(key('rope.dimension_sections'))) refuseScaling(metadata.file, 'sections');
  return checkShape(metadata.file, {
    layers: metadata.count(key('block_count'), 1, 512),
    hidden,
    heads,
    keyValueHeads: metadata.optionalCount(key('attention.head_count_kv'), 1, heads) ?? heads,
    headDimension,
    contextLength: metadata.count(key('context_length'), 1, 1 << 30),
    rotaryBase: metadata.optionalNumber(key('rope.freq_base')) ?? 10_000,
    rotaryDimension: metadata.optionalCount(key('rope.dimension_count'), 2, 1024) ?? headDimension,
    rotaryPairs: pairsInGguf[family],
    normalisationEpsilon: metadata.number(key('attention.layer_norm_rms_epsilon')),
    // Old files of MiniCPM lack these: converters had them in their code.
    ...(family === 'minicpm' ? { scales: { embedding: metadata.number(key('embedding_scale')), residual: metadata.number(key('residual_scale')), output: 1 / metadata.number(key('logit_scale')) } } : {}),
  });
}

/** Checks that the numbers fit each other, and cuts the context to what we serve. */
export function checkShape(file: string, shape: DecoderShape): DecoderShape {
  const { heads, keyValueHeads, headDimension, rotaryDimension, rotaryBase, rotaryFactors, normalisationEpsilon } = shape;
  const scales: number[] = Object.values(shape.scales ?? {});
  const problem =
    heads % keyValueHeads !== 0 || !Number.isInteger(headDimension) || headDimension % 2 !== 0
      ? `${heads} query heads, ${keyValueHeads} key-value heads and heads of ${headDimension} numbers`
      : rotaryDimension % 2 !== 0 || rotaryDimension < 2 || rotaryDimension > headDimension
        ? `rotary positions on ${rotaryDimension} of the ${headDimension} numbers of a head`
        : !(rotaryBase > 0) || !(normalisationEpsilon >= 0 && normalisationEpsilon < 1)
          ? `positions of base ${rotaryBase} and a normalisation with epsilon ${normalisationEpsilon}`
          : rotaryFactors !== undefined && (rotaryFactors.length !== rotaryDimension / 2 || !rotaryFactors.every((factor) => factor > 0 && factor < Infinity))
            ? `${rotaryFactors.length} factors for positions on ${rotaryDimension} numbers`
            : !scales.every((scale) => scale > 0 && scale < 1e6)
              ? `scales of ${scales.join(', ')}`
              : undefined;
  if (problem === undefined) return { ...shape, contextLength: Math.min(shape.contextLength, longestContext) };
  throw new TaskError('invalid_model_file', `${file} describes ${problem}, which do not fit together. Fetch it again.`, {
    details: { file, heads, keyValueHeads, headDimension, rotaryDimension },
  });
}

/** Wrong positions give fluent nonsense, so what we cannot compute is refused. */
export function refuseScaling(file: string, scaling: string): never {
  throw new TaskError('unsupported_model', `${file} wants rotary positions with scaling "${scaling.slice(0, 64)}". Supported: no scaling.`, {
    details: { file, scaling: scaling.slice(0, 64) },
  });
}
