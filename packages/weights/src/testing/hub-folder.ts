import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FloatFormat } from '../quantization/block-formats.ts';
import { tinyScales, type TinyModel } from './tiny-model.ts';
import { writeSafetensors, type TensorParts } from './write-safetensors.ts';

/** The tensors of a layer in the order of the published checkpoints' listings, with our names. */
const hubLayers: Readonly<Record<string, readonly (readonly [ours: string, theirs: string])[]>> = {
  llama: [
    ['attn_norm', 'model.layers.N.input_layernorm'],
    ['ffn_down', 'model.layers.N.mlp.down_proj'],
    ['ffn_gate', 'model.layers.N.mlp.gate_proj'],
    ['ffn_up', 'model.layers.N.mlp.up_proj'],
    ['ffn_norm', 'model.layers.N.post_attention_layernorm'],
    ['attn_k', 'model.layers.N.self_attn.k_proj'],
    ['attn_output', 'model.layers.N.self_attn.o_proj'],
    ['attn_q', 'model.layers.N.self_attn.q_proj'],
    ['attn_v', 'model.layers.N.self_attn.v_proj'],
    ['attn_q_norm', 'model.layers.N.self_attn.q_norm'],
    ['attn_k_norm', 'model.layers.N.self_attn.k_norm'],
  ],
  glm: [
    ['attn_norm', 'model.layers.N.input_layernorm'],
    ['ffn_down', 'model.layers.N.mlp.down_proj'],
    ['ffn_up', 'model.layers.N.mlp.gate_up_proj'],
    ['ffn_norm', 'model.layers.N.post_attention_layernorm'],
    ['post_ffw_norm', 'model.layers.N.post_mlp_layernorm'],
    ['post_attention_norm', 'model.layers.N.post_self_attn_layernorm'],
    ['attn_k', 'model.layers.N.self_attn.k_proj'],
    ['attn_output', 'model.layers.N.self_attn.o_proj'],
    ['attn_q', 'model.layers.N.self_attn.q_proj'],
    ['attn_v', 'model.layers.N.self_attn.v_proj'],
  ],
  chatglm: [
    ['attn_norm', 'transformer.encoder.layers.N.input_layernorm'],
    ['ffn_down', 'transformer.encoder.layers.N.mlp.dense_4h_to_h'],
    ['ffn_up', 'transformer.encoder.layers.N.mlp.dense_h_to_4h'],
    ['ffn_norm', 'transformer.encoder.layers.N.post_attention_layernorm'],
    ['attn_output', 'transformer.encoder.layers.N.self_attention.dense'],
    ['attn_qkv', 'transformer.encoder.layers.N.self_attention.query_key_value'],
  ],
};
const hubWhole: Readonly<Record<string, string>> = { token_embd: 'model.embed_tokens', output_norm: 'model.norm', output: 'lm_head' };
const chatglmWhole: Readonly<Record<string, string>> = {
  token_embd: 'transformer.embedding.word_embeddings', output_norm: 'transformer.encoder.final_layernorm', output: 'transformer.output_layer',
};

export type HubType = 'llama' | 'minicpm' | 'qwen2' | 'qwen3' | 'glm' | 'glm4' | 'chatglm';

export function hubNameOf(type: HubType, module: string): string {
  const [, layer, part] = /^blk\.(\d+)\.(.+)$/.exec(module) ?? [];
  if (part === undefined) return (type === 'chatglm' ? chatglmWhole : hubWhole)[module]!;
  const names = hubLayers[type === 'chatglm' ? 'chatglm' : type.startsWith('glm') ? 'glm' : 'llama']!;
  return names.find(([ours]) => ours === part)![1].replace('N', layer!);
}

/** The tensors of a tiny model as the Hub would name and order them. */
function hubTensors(model: TinyModel, type: HubType): TensorParts[] {
  return model.tensors.filter(({ name }) => name !== 'rope_freqs.weight').map(({ name, dimensions, format, data }) => {
    const [, module, kind] = /^(.+)\.(weight|bias)$/.exec(name)!;
    const isTurned = (type === 'llama' || type === 'minicpm') && /\.attn_[qk]$/.test(module!);
    const bytes = isTurned ? toHalves(data!, Number(dimensions.at(-1)), model.shape.headDimension) : data!;
    return { name: `${hubNameOf(type, module!)}.${kind}`, dtype: format as FloatFormat, shape: dimensions.toReversed().map(Number), data: bytes };
  });
}

/** From GGUF's neighbours 2 i and 2 i + 1 to the Hub's halves i and i + half, head by head. */
function toHalves(data: Uint8Array, rows: number, headDimension: number): Uint8Array {
  const bytes = data.length / rows;
  const order = Array.from({ length: rows }, (_, row) => {
    const head = Math.floor(row / headDimension) * headDimension;
    const inHead = row - head;
    return inHead < headDimension / 2 ? head + 2 * inHead : head + 2 * (inHead - headDimension / 2) + 1;
  });
  return new Uint8Array(Buffer.concat(order.map((row) => data.subarray(row * bytes, (row + 1) * bytes))));
}

export interface HubFolderOptions {
  /** Changes to `config.json`; undefined removes a key. */
  config?: Readonly<Record<string, unknown>>;
  tensors?: (tensors: TensorParts[]) => TensorParts[];
  /** Two files and an index instead of one. */
  sharded?: boolean;
  files?: Readonly<Record<string, string | Uint8Array>>;
}

export async function writeHubFolder(folder: string, model: TinyModel, type: HubType, options: HubFolderOptions = {}): Promise<string> {
  await mkdir(folder, { recursive: true });
  const tensors = (options.tensors ?? ((all) => all))(hubTensors(model, type));
  const config = { ...(type === 'chatglm' ? chatglmConfig(model) : commonConfig(model, type)), ...options.config };
  const files: Record<string, string | Uint8Array> = {
    'config.json': JSON.stringify(config),
    'tokenizer.json': JSON.stringify(tokenizerOf(model)),
    'tokenizer_config.json': JSON.stringify({ tokenizer_class: 'PreTrainedTokenizer', eos_token: { content: '<|endoftext|>' }, chat_template: '{{ messages[0].content }}' }),
    'generation_config.json': JSON.stringify({ eos_token_id: [model.tokens.indexOf('<|endoftext|>')] }),
  };
  if (options.sharded === true) {
    const middle = Math.floor(tensors.length / 2);
    const parts = [tensors.slice(0, middle), tensors.slice(middle)];
    const nameOf = (part: number): string => `model-0000${part + 1}-of-00002.safetensors`;
    parts.forEach((part, i) => (files[nameOf(i)] = writeSafetensors(part, { format: 'pt' })));
    const map = parts.flatMap((part, i) => part.map(({ name }) => [name, nameOf(i)]));
    files['model.safetensors.index.json'] = JSON.stringify({ metadata: { total_size: 1 }, weight_map: Object.fromEntries(map) });
  } else {
    files['model.safetensors'] = writeSafetensors(tensors, { format: 'pt' });
  }
  for (const [name, content] of Object.entries({ ...files, ...options.files })) await writeFile(join(folder, name), content);
  return folder;
}

function commonConfig({ shape, vocabularySize, weights }: TinyModel, type: HubType): object {
  return {
    model_type: type,
    hidden_act: 'silu',
    hidden_size: shape.hidden,
    intermediate_size: shape.feedForward,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.keyValueHeads,
    head_dim: shape.headDimension,
    max_position_embeddings: 128,
    rms_norm_eps: shape.epsilon,
    rope_theta: shape.rotaryBase,
    rope_scaling: null,
    tie_word_embeddings: !weights.has('output.weight'),
    vocab_size: vocabularySize,
    ...(type === 'minicpm' ? { scale_emb: tinyScales.embedding_scale, scale_depth: tinyScales.residual_scale * Math.sqrt(shape.layers), dim_model_base: shape.hidden / tinyScales.logit_scale } : {}),
    ...(type.startsWith('glm') ? { partial_rotary_factor: 0.5 } : {}),
  };
}

function chatglmConfig({ shape, vocabularySize, weights }: TinyModel): object {
  return {
    model_type: 'chatglm',
    hidden_size: shape.hidden,
    ffn_hidden_size: shape.feedForward,
    num_layers: shape.layers,
    num_attention_heads: shape.heads,
    kv_channels: shape.headDimension,
    multi_query_attention: true,
    multi_query_group_num: shape.keyValueHeads,
    layernorm_epsilon: shape.epsilon,
    rmsnorm: true,
    add_bias_linear: false,
    add_qkv_bias: true,
    apply_residual_connection_post_layernorm: false,
    post_layer_norm: true,
    seq_length: 128,
    rope_ratio: 1,
    padded_vocab_size: vocabularySize,
    tie_word_embeddings: !weights.has('output.weight'),
  };
}

function tokenizerOf({ tokens }: TinyModel): object {
  const isSpecial = (token: string): boolean => /^(<.+>|\[.+\])$/.test(token);
  const step = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true };
  return {
    version: '1.0',
    added_tokens: tokens.flatMap((content, id) => (isSpecial(content) ? [{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }] : [])),
    normalizer: null,
    pre_tokenizer: step,
    post_processor: step,
    decoder: step,
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id] as const).filter(([token]) => !isSpecial(token))),
      merges: ['h e', 'l l', 'he ll', 'hell o'],
    },
  };
}
