import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { floatBytes, writeSafetensors, type TensorParts } from './write-safetensors.ts';

/** An encoder too small to know anything, with random weights. */
export const tinyEncoder = { layers: 2, hidden: 64, heads: 4, feedForward: 96, vocabulary: 40, positions: 24, epsilon: 1e-12 };

export type Weights = ReadonlyMap<string, { shape: number[]; values: Float32Array }>;

export interface TinyEncoderOptions {
  /** @default a plain BERT */
  config?: Record<string, unknown>;
  /** What stands before the names of the tensors. @default nothing */
  prefix?: string;
  change?: (tensors: TensorParts[]) => TensorParts[];
  /** Further files: name to JSON. */
  beside?: Record<string, object>;
  dtype?: 'F32' | 'BF16';
}

/** Writes a checkpoint folder and returns its weights by the names of a BERT without a head. */
export async function writeTinyEncoder(folder: string, { config = {}, prefix = '', change = (tensors) => tensors, beside = {}, dtype = 'F32' }: TinyEncoderOptions = {}): Promise<Weights> {
  const weights = makeWeights(dtype);
  const tensors = [...weights].map(([name, { shape, values }]): TensorParts => ({ name: prefix + name, dtype, shape, data: dtype === 'F32' ? floatBytes([...values]) : upperHalves(values) }));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.safetensors'), writeSafetensors(change(tensors), { format: 'pt' }));
  const files: Record<string, object> = { 'config.json': { ...describe(), ...config }, 'tokenizer.json': makeTokenizer(), ...beside };
  for (const [name, value] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), JSON.stringify(value));
  }
  return weights;
}

function makeWeights(dtype: 'F32' | 'BF16'): Weights {
  const { layers, hidden, feedForward, vocabulary, positions } = tinyEncoder;
  let state = 12_345;
  const random = (): number => ((state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff) / 0x7fff_ffff) - 0.5;
  const weights = new Map<string, { shape: number[]; values: Float32Array }>();
  const add = (name: string, shape: number[], around = 0): void => {
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => around + 0.5 * random());
    if (dtype === 'BF16') new Uint32Array(values.buffer).forEach((bits, at, all) => (all[at] = bits & 0xffff_0000));
    weights.set(name, { shape, values });
  };
  const norm = (name: string): void => {
    add(`${name}.weight`, [hidden], 1);
    add(`${name}.bias`, [hidden]);
  };
  const dense = (name: string, rows: number, columns: number): void => {
    add(`${name}.weight`, [rows, columns]);
    add(`${name}.bias`, [rows]);
  };
  add('embeddings.word_embeddings.weight', [vocabulary, hidden]);
  add('embeddings.position_embeddings.weight', [positions, hidden]);
  add('embeddings.token_type_embeddings.weight', [2, hidden]);
  norm('embeddings.LayerNorm');
  for (let layer = 0; layer < layers; layer++) {
    const name = (part: string): string => `encoder.layer.${layer}.${part}`;
    for (const part of ['query', 'key', 'value']) dense(name(`attention.self.${part}`), hidden, hidden);
    dense(name('attention.output.dense'), hidden, hidden);
    norm(name('attention.output.LayerNorm'));
    dense(name('intermediate.dense'), feedForward, hidden);
    dense(name('output.dense'), hidden, feedForward);
    norm(name('output.LayerNorm'));
  }
  dense('pooler.dense', hidden, hidden);
  return weights;
}

function describe(): Record<string, unknown> {
  const { layers, hidden, heads, feedForward, vocabulary, positions, epsilon } = tinyEncoder;
  return {
    architectures: ['BertModel'], model_type: 'bert', hidden_act: 'gelu', hidden_size: hidden, intermediate_size: feedForward, layer_norm_eps: epsilon,
    max_position_embeddings: positions, num_attention_heads: heads, num_hidden_layers: layers, pad_token_id: 0, type_vocab_size: 2, vocab_size: vocabulary,
  };
}

/** WordPiece over small letters. */
function makeTokenizer(): object {
  const letters = [...'abcdefghijklmnop'];
  const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...letters, ...letters.map((letter) => `##${letter}`), '.', ',', '中', '文'];
  const special = (content: string, id: number): object => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false });
  const token = (id: string, type_id: number): object => ({ SpecialToken: { id, type_id } });
  const [a, b] = [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }];
  return {
    version: '1.0', truncation: { max_length: 8, strategy: 'LongestFirst', stride: 0 }, padding: { strategy: { Fixed: 16 }, direction: 'Right', pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' },
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map(special),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing', single: [token('[CLS]', 0), a, token('[SEP]', 0)], pair: [token('[CLS]', 0), a, token('[SEP]', 0), b, token('[SEP]', 1)],
      special_tokens: { '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] }, '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] } },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: Object.fromEntries(tokens.map((text, id) => [text, id])) },
  };
}

/** bfloat16: the upper half of a float32. */
function upperHalves(values: Float32Array): Uint8Array {
  return new Uint8Array(Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16).buffer);
}
