import { TaskError } from '../errors.ts';
import type { Metadata } from '../formats/metadata.ts';
import { hubFamilies, type HubModelType } from './hub-families.ts';
import { stretchRotary, type Stretching } from './rotary.ts';
import { checkShape, refuseScaling, type DecoderShape } from './shape.ts';

/** What `config.json` says that the network needs to know. */
export interface HubConfig {
  shape: DecoderShape;
  vocabularySize: number;
  /** Whether input and output share one table. */
  tied: boolean;
}

/** @throws TaskError `invalid_model_file` naming the key, `unsupported_model` for a variant of the family that we do not compute */
export function readHubConfig(modelType: HubModelType, config: Metadata): HubConfig {
  return modelType === 'chatglm' ? readChatglm(config) : readCommon(modelType, config);
}

/** Names as all newer models of the Hub have them. */
function readCommon(modelType: HubModelType, config: Metadata): HubConfig {
  const hidden = config.count('hidden_size', 1, 65_536);
  const heads = config.count('num_attention_heads', 1, 1024);
  const headDimension = config.optionalCount('head_dim', 2, 1024) ?? hidden / heads;
  const rotary = readRotary(config, modelType);
  const share = rotary.share ?? (modelType === 'glm' || modelType === 'glm4' ? 0.5 : 1);
  const rotaryBase = rotary.base ?? 10_000;
  const rotaryDimension = Math.floor(headDimension * share);
  const activation = config.optionalText('hidden_act') ?? 'silu';
  if (activation !== 'silu' && activation !== 'swish') refuse(config, 'hidden_act', activation, 'silu');
  if (config.optionalFlag('use_sliding_window') === true) refuse(config, 'use_sliding_window', 'true', 'false');
  return {
    shape: checkShape(config.file, {
      layers: config.count('num_hidden_layers', 1, 512),
      hidden,
      heads,
      keyValueHeads: config.optionalCount('num_key_value_heads', 1, heads) ?? heads,
      headDimension,
      contextLength: config.count('max_position_embeddings', 1, 1 << 30),
      rotaryBase,
      rotaryDimension,
      ...(rotary.stretching === undefined ? {} : { rotaryFactors: stretchRotary(rotary.stretching, rotaryBase, rotaryDimension) }),
      rotaryPairs: hubFamilies[modelType].rotaryPairs,
      normalisationEpsilon: config.number('rms_norm_eps'),
      ...(modelType === 'minicpm' ? { scales: readScales(config, hidden) } : {}),
    }),
    vocabularySize: config.count('vocab_size', 1, 1 << 20),
    tied: config.optionalFlag('tie_word_embeddings') ?? modelType === 'minicpm',
  };
}

function readScales(config: Metadata, hidden: number): { embedding: number; residual: number; output: number } {
  const residual = config.number('scale_depth') / Math.sqrt(config.count('num_hidden_layers', 1, 512));
  return { embedding: config.number('scale_emb'), residual, output: config.number('dim_model_base') / hidden };
}

/** Older configurations keep these numbers at the top and scaling apart; newer ones keep all of it in `rope_parameters`. */
function readRotary(config: Metadata, modelType: HubModelType): { base: number | undefined; share: number | undefined; stretching: Stretching | undefined } {
  const nested = config.object('rope_parameters');
  let stretching: Stretching | undefined;
  for (const scaling of [config.object('rope_scaling'), nested]) {
    const type = scaling?.optionalText('rope_type') ?? scaling?.optionalText('type') ?? 'default';
    if (scaling?.has('mrope_section')) refuseScaling(config.file, 'sections');
    if (type === 'llama3' && modelType === 'llama') stretching = readStretching(scaling!);
    else if (type !== 'default') refuseScaling(config.file, type);
  }
  return {
    base: nested?.optionalNumber('rope_theta') ?? config.optionalNumber('rope_theta'),
    share: nested?.optionalNumber('partial_rotary_factor') ?? config.optionalNumber('partial_rotary_factor'),
    stretching,
  };
}

function readStretching(scaling: Metadata): Stretching {
  return {
    factor: scaling.number('factor'),
    low: scaling.number('low_freq_factor'),
    high: scaling.number('high_freq_factor'),
    firstLength: scaling.count('original_max_position_embeddings', 1, 1 << 30),
  };
}

/** ChatGLM2, ChatGLM3 and GLM-4-9B as first published, with names of their own. */
function readChatglm(config: Metadata): HubConfig {
  // The first ChatGLM reads its prompt in both directions: another network under the same name.
  if (config.has('position_encoding_2d') || config.has('inner_hidden_size')) refuse(config, 'model_type', 'chatglm of the first generation', 'ChatGLM2 and later');
  for (const [key, expected] of [['rmsnorm', true], ['post_layer_norm', true], ['add_bias_linear', false], ['apply_residual_connection_post_layernorm', false]] as const) {
    const value = config.optionalFlag(key) ?? expected;
    if (value !== expected) refuse(config, key, String(value), String(expected));
  }
  const heads = config.count('num_attention_heads', 1, 1024);
  const headDimension = config.count('kv_channels', 2, 1024);
  return {
    shape: checkShape(config.file, {
      layers: config.count('num_layers', 1, 512),
      hidden: config.count('hidden_size', 1, 65_536),
      heads,
      keyValueHeads: config.optionalFlag('multi_query_attention') === true ? config.count('multi_query_group_num', 1, heads) : heads,
      headDimension,
      contextLength: config.count('seq_length', 1, 1 << 30),
      rotaryBase: 10_000 * (config.optionalNumber('rope_ratio') ?? 1),
      rotaryDimension: Math.floor(headDimension / 2),
      rotaryPairs: hubFamilies.chatglm.rotaryPairs,
      normalisationEpsilon: config.number('layernorm_epsilon'),
    }),
    vocabularySize: config.optionalCount('padded_vocab_size', 1, 1 << 20) ?? config.count('vocab_size', 1, 1 << 20),
    tied: config.optionalFlag('tie_word_embeddings') ?? false,
  };
}

function refuse(config: Metadata, key: string, value: string, supported: string): never {
  throw new TaskError('unsupported_model', `${config.file}: "${key}" is ${value.slice(0, 64)}. Supported: ${supported}.`, {
    details: { file: config.file, field: key, value: value.slice(0, 64) },
  });
}
