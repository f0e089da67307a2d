import { TaskError } from '../errors.ts';
import type { Family } from './families.ts';
import type { RotaryPairs } from './rotary.ts';

/** How checkpoints of the Hub (https://huggingface.co/docs/transformers) name the parts of a family's network. */
export interface HubFamily {
  family: Family;
  rotaryPairs: RotaryPairs;
  /** Before the number of a layer. */
  layerPrefix: string;
  /** Our name of every module outside the layers by the Hub's. */
  whole: Readonly<Record<string, string>>;
  /** Our name of every module of a layer by the Hub's. */
  layer: Readonly<Record<string, string>>;
}

const whole = { 'model.embed_tokens': 'token_embd', 'model.norm': 'output_norm', lm_head: 'output' };

const attention = {
  input_layernorm: 'attn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
};

const llamaLayer = {
  ...attention,
  post_attention_layernorm: 'ffn_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

const glmLayer = { ...attention, post_attention_layernorm: 'ffn_norm', 'mlp.gate_up_proj': 'ffn_up', 'mlp.down_proj': 'ffn_down' };

/** By the `model_type` of `config.json`. */
export const hubFamilies = {
  llama: { family: 'llama', rotaryPairs: 'halves', layerPrefix: 'model.layers.', whole, layer: llamaLayer },
  minicpm: { family: 'minicpm', rotaryPairs: 'halves', layerPrefix: 'model.layers.', whole, layer: llamaLayer },
  qwen2: { family: 'qwen2', rotaryPairs: 'halves', layerPrefix: 'model.layers.', whole, layer: llamaLayer },
  qwen3: {
    family: 'qwen3',
    rotaryPairs: 'halves',
    layerPrefix: 'model.layers.',
    whole,
    layer: { ...llamaLayer, 'self_attn.q_norm': 'attn_q_norm', 'self_attn.k_norm': 'attn_k_norm' },
  },
  glm: { family: 'chatglm', rotaryPairs: 'neighbours', layerPrefix: 'model.layers.', whole, layer: glmLayer },
  glm4: {
    family: 'glm4',
    rotaryPairs: 'neighbours',
    layerPrefix: 'model.layers.',
    whole,
    layer: { ...glmLayer, post_self_attn_layernorm: 'post_attention_norm', post_mlp_layernorm: 'post_ffw_norm' },
  },
  chatglm: {
    family: 'chatglm',
    rotaryPairs: 'neighbours',
    layerPrefix: 'transformer.encoder.layers.',
    whole: {
      'transformer.embedding.word_embeddings': 'token_embd',
      'transformer.encoder.final_layernorm': 'output_norm',
      'transformer.output_layer': 'output',
    },
    layer: {
      input_layernorm: 'attn_norm',
      'self_attention.query_key_value': 'attn_qkv',
      'self_attention.dense': 'attn_output',
      post_attention_layernorm: 'ffn_norm',
      'mlp.dense_h_to_4h': 'ffn_up',
      'mlp.dense_4h_to_h': 'ffn_down',
    },
  },
} as const satisfies Record<string, HubFamily>;

export type HubModelType = keyof typeof hubFamilies;

/** @throws TaskError `unsupported_model`, naming the type and those we have */
export function findHubModelType(modelType: string): HubModelType {
  if (Object.hasOwn(hubFamilies, modelType)) return modelType as HubModelType;
  const supported = Object.keys(hubFamilies);
  throw new TaskError('unsupported_model', `config.json names a model of type "${modelType.slice(0, 64)}". Supported: ${supported.join(', ')}.`, {
    details: { modelType: modelType.slice(0, 64), supported },
  });
}

/** `model.layers.3.mlp.up_proj` -> `blk.3.ffn_up`; undefined for a module that the family does not have. */
export function renameModule({ layerPrefix, whole: outside, layer }: HubFamily, module: string): string | undefined {
  if (Object.hasOwn(outside, module)) return outside[module];
  if (!module.startsWith(layerPrefix)) return undefined;
  const [, number, part] = /^(0|[1-9]\d{0,3})\.(.+)$/.exec(module.slice(layerPrefix.length)) ?? [];
  return part !== undefined && Object.hasOwn(layer, part) ? `blk.${number}.${layer[part]}` : undefined;
}
