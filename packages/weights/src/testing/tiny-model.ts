import { blockFormats, isFloatFormat, type BlockFormat, type QuantizedFormat } from '../quantization/block-formats.ts';
import { definitions, halves } from './dequantize.ts';
import { byteCharacters } from './train-vocabulary.ts';
import { join, writeGguf, type MetadataValue, type TensorPart } from './write-gguf.ts';

/** A decoder too small to say anything, with random weights: all arithmetic of a large one at none of its cost. */
export const tiny = { layers: 2, hidden: 256, heads: 4, keyValueHeads: 2, headDimension: 64, feedForward: 512, epsilon: 1e-5, rotaryBase: 10_000 };

/** What MiniCPM multiplies by, under the names of GGUF. The last divides. */
export const tinyScales = { embedding_scale: 3, residual_scale: 1.25 / Math.sqrt(tiny.layers), logit_scale: 4 };

export interface TinyShape {
  layers: number;
  hidden: number;
  heads: number;
  keyValueHeads: number;
  headDimension: number;
  feedForward: number;
  epsilon: number;
  rotaryBase: number;
  rotaryDimension: number;
  /** Of every pair of numbers in a head; none for 1. */
  rotaryFactors: readonly number[];
  pairs: 'halves' | 'neighbours';
}

export interface TinyModel {
  architecture: string;
  shape: TinyShape;
  gguf: Uint8Array;
  tensors: readonly TensorPart[];
  /** The weights of a tensor by the definition of its format, row after row; fused matrices part by part. */
  weights: ReadonlyMap<string, Float32Array>;
  tokens: readonly string[];
  vocabularySize: number;
}

export interface TinyOptions {
  architecture?: string;
  /** Formats by the part of the tensor's name after the layer: `attn_q`, `ffn_down`, `token_embd`, `output`. */
  formats?: Readonly<Record<string, BlockFormat>>;
  fallback?: BlockFormat;
  biases?: boolean;
  /** Whether output and input share one table. */
  tied?: boolean;
  /** Whether query, key and value are stacked to one matrix. */
  fused?: boolean;
  rotaryFactors?: readonly number[];
  /** Leaves all tensors out, for tests of what the file says. */
  weightless?: boolean;
  metadata?: readonly (readonly [string, MetadataValue])[];
  change?: (tensors: TensorPart[]) => TensorPart[];
  /** Added to every weight of these tensors: what an adapter is to reproduce. */
  add?: ReadonlyMap<string, readonly number[]>;
}

const isGlm = (architecture: string): boolean => architecture === 'chatglm' || architecture === 'glm4';

function shapeOf(architecture: string): TinyShape {
  const pairs = architecture === 'llama' || architecture === 'minicpm' || isGlm(architecture) ? 'neighbours' : 'halves';
  // Qwen3 has heads that are not as wide as the stream's share.
  const headDimension = architecture === 'qwen3' ? 32 : tiny.headDimension;
  return { ...tiny, headDimension, rotaryDimension: isGlm(architecture) ? headDimension / 2 : headDimension, rotaryFactors: [], pairs };
}

export function createTinyModel(options: TinyOptions = {}): TinyModel {
  const { architecture = 'qwen2', formats = {}, fallback = 'F32', tied = true } = options;
  const { biases = architecture === 'qwen2' || isGlm(architecture), fused = architecture === 'chatglm' } = options;
  const random = createRandom(7);
  const tokens = createTokens(architecture);
  const weights = new Map<string, Float32Array>();
  const tensors: TensorPart[] = [];
  const { rotaryFactors = [] } = options;
  const shape = { ...shapeOf(architecture), rotaryFactors };

  function matrix(name: string, columns: number, rows: number): void {
    if (options.weightless === true) return;
    const format = formats[name.replace(/^blk\.\d+\./, '')] ?? fallback;
    let { data, values } = isFloatFormat(format) ? randomFloats(format, rows * columns, random) : randomBlocks(format, rows * columns, random);
    const added = options.add?.get(`${name}.weight`);
    if (added !== undefined) {
      values = values.map((value, i) => value + added[i]!);
      data = new Uint8Array(values.buffer);
    }
    tensors.push({ name: `${name}.weight`, dimensions: [columns, rows], format: added === undefined ? format : 'F32', data });
    weights.set(`${name}.weight`, values);
  }
  function vector(name: string, length: number, around: number): void {
    const values = Float32Array.from({ length }, () => around + 0.2 * (random() - 0.5));
    tensors.push({ name, dimensions: [length], format: 'F32', data: new Uint8Array(values.buffer) });
    weights.set(name, values);
  }

  const { hidden, feedForward, heads, keyValueHeads, headDimension } = shape;
  matrix('token_embd', hidden, tokens.length);
  if (rotaryFactors.length > 0) tensors.push({ name: 'rope_freqs.weight', dimensions: [rotaryFactors.length], format: 'F32', data: new Uint8Array(Float32Array.from(rotaryFactors).buffer) });
  for (let layer = 0; layer < tiny.layers; layer++) {
    const name = (part: string): string => `blk.${layer}.${part}`;
    vector(name('attn_norm.weight'), hidden, 1);
    for (const [part, count] of [['attn_q', heads], ['attn_k', keyValueHeads], ['attn_v', keyValueHeads]] as const) {
      matrix(name(part), hidden, count * headDimension);
      if (biases) vector(name(`${part}.bias`), count * headDimension, 0);
    }
    if (fused) for (const kind of ['weight', 'bias']) stack(tensors, ['attn_q', 'attn_k', 'attn_v'].map((part) => name(`${part}.${kind}`)), name(`attn_qkv.${kind}`));
    if (architecture === 'qwen3') for (const part of ['attn_q_norm.weight', 'attn_k_norm.weight']) vector(name(part), headDimension, 1);
    matrix(name('attn_output'), heads * headDimension, hidden);
    if (architecture === 'glm4') vector(name('post_attention_norm.weight'), hidden, 1);
    vector(name('ffn_norm.weight'), hidden, 1);
    matrix(name('ffn_gate'), hidden, feedForward);
    matrix(name('ffn_up'), hidden, feedForward);
    if (isGlm(architecture)) stack(tensors, [name('ffn_gate.weight'), name('ffn_up.weight')], name('ffn_up.weight'));
    matrix(name('ffn_down'), feedForward, hidden);
    if (architecture === 'glm4') vector(name('post_ffw_norm.weight'), hidden, 1);
  }
  vector('output_norm.weight', hidden, 1);
  if (!tied) matrix('output', hidden, tokens.length);

  const overridden = new Map([...describe(architecture, shape, tokens), ...(options.metadata ?? [])]);
  const changed = options.change?.(tensors) ?? tensors;
  const gguf = writeGguf({ metadata: [...overridden], tensors: changed });
  return { architecture, shape, gguf, tensors: changed, weights, tokens, vocabularySize: tokens.length };
}

/** Puts matrices, or vectors, end to end. */
function stack(tensors: TensorPart[], names: readonly string[], whole: string): void {
  const parts = names.flatMap((name) => tensors.filter((tensor) => tensor.name === name));
  if (parts.length === 0) return;
  const lengths = parts.map(({ dimensions }) => Number(dimensions.at(-1)));
  const length = lengths.reduce((sum, one) => sum + one, 0);
  tensors.splice(0, tensors.length, ...tensors.filter((tensor) => !parts.includes(tensor)));
  tensors.push({ ...parts[0]!, name: whole, dimensions: [...parts[0]!.dimensions.slice(0, -1), length], data: join(parts.map(({ data }) => data!)) });
}

function describe(architecture: string, shape: TinyShape, tokens: readonly string[]): [string, MetadataValue][] {
  const key = (name: string): string => `${architecture}.${name}`;
  const ends = isGlm(architecture) ? ['<|endoftext|>', '<|endoftext|>'] : ['<|im_end|>', '<|endoftext|>'];
  const methods = new Map([['llama', 'smollm'], ['chatglm', 'chatglm-bpe'], ['glm4', 'glm4']]);
  return [
    ['general.architecture', architecture],
    [key('block_count'), tiny.layers],
    [key('context_length'), 128],
    [key('embedding_length'), tiny.hidden],
    [key('feed_forward_length'), tiny.feedForward],
    [key('attention.head_count'), tiny.heads],
    [key('attention.head_count_kv'), tiny.keyValueHeads],
    ...(architecture === 'qwen3' ? ['key_length', 'value_length'].map((name): [string, number] => [key(`attention.${name}`), shape.headDimension]) : []),
    ...(isGlm(architecture) ? [[key('rope.dimension_count'), shape.rotaryDimension] as [string, number]] : []),
    ...(architecture === 'minicpm' ? Object.entries(tinyScales).map(([name, value]): [string, MetadataValue] => [key(name), { float: value }]) : []),
    [key('rope.freq_base'), { float: tiny.rotaryBase }],
    [key('attention.layer_norm_rms_epsilon'), { float: tiny.epsilon }],
    ['tokenizer.ggml.model', 'gpt2'],
    ['tokenizer.ggml.pre', methods.get(architecture) ?? 'qwen2'],
    ['tokenizer.ggml.tokens', { list: tokens }],
    ['tokenizer.ggml.token_type', { list: tokens.map((token) => (/^(<.+>|\[.+\])$/.test(token) ? 3 : 1)) }],
    ['tokenizer.ggml.merges', { list: ['h e', 'l l', 'he ll', 'hell o'] }],
    ['tokenizer.ggml.eos_token_id', tokens.indexOf(ends[0]!)],
    ['tokenizer.ggml.bos_token_id', tokens.indexOf(ends[1]!)],
  ];
}

/** All bytes, then merged and special tokens. */
function createTokens(architecture: string): string[] {
  const others = isGlm(architecture)
    ? ['<|endoftext|>', '[MASK]', '[gMASK]', '[sMASK]', '<sop>', '<eop>', '<|system|>', '<|user|>', '<|assistant|>', '<|observation|>']
    : ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
  return [...byteCharacters, 'he', 'll', 'hell', 'hello', ...others];
}

function randomFloats(format: BlockFormat, count: number, random: () => number): { data: Uint8Array<ArrayBuffer>; values: Float32Array<ArrayBuffer> } {
  // Multiples of 1/1024 below 1/8 are exact in float16 and bfloat16 too. Plain loops: there are a million of them.
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = Math.round((random() - 0.5) * 256) / 1024;
  if (format === 'F32') return { data: new Uint8Array(values.buffer), values };
  const words = new Uint32Array(values.buffer);
  const narrow = new Uint16Array(count);
  for (let i = 0; i < count; i++) narrow[i] = format === 'F16' ? toHalf(words[i]!) : words[i]! >>> 16;
  return { data: new Uint8Array(narrow.buffer), values };
}

function toHalf(word: number): number {
  const exponent = (word >> 23) & 255;
  return exponent === 0 ? 0 : ((word >> 16) & 0x8000) | ((exponent - 112) << 10) | ((word >> 13) & 1023);
}

/** Scale, and minimum or scale of minima, that spread the codes of a format evenly around zero, up to about a tenth. */
const blockScales: Readonly<Record<QuantizedFormat, readonly number[]>> = {
  Q4_0: [0.0125], Q4_1: [0.0133, -0.1], Q5_0: [0.00625], Q5_1: [0.00645, -0.1], Q8_0: [0.0008], Q4_K: [0.0133 / 32, 0.1 / 32], Q5_K: [0.00645 / 32, 0.1 / 32],
  Q6_K: [0.1 / 32 / 128],
};
/** The six-bit scales and minima of a super-block, all of them 32. */
const evenScales = [160, 160, 160, 160, 160, 160, 160, 160, 0, 0, 0, 0];

function randomBlocks(format: QuantizedFormat, count: number, random: () => number): { data: Uint8Array<ArrayBuffer>; values: Float32Array<ArrayBuffer> } {
  const { weights, bytes } = blockFormats[format];
  const data = new Uint8Array((count / weights) * bytes);
  for (let i = 0; i < data.length; i++) data[i] = random() * 256;
  const values = new Float32Array(count);
  for (let at = 0; at < data.length; at += bytes) {
    blockScales[format].forEach((scale, i) => {
      const bits = halfBits(scale);
      data.set([bits & 255, bits >> 8], at + halves[format][i]!);
    });
    if (format === 'Q4_K' || format === 'Q5_K') data.set(evenScales, at + 4);
    values.set(definitions[format](data, at), (at / bytes) * weights);
  }
  return { data, values };
}

function halfBits(value: number): number {
  const magnitude = Math.abs(value);
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
  // Below 2 ** -14 the leading 1 is missing, which the addition makes right.
  const bits = ((exponent + 14) << 10) + Math.round((magnitude / 2 ** exponent) * 1024);
  return (value < 0 ? 0x8000 : 0) | bits;
}

/** Mulberry32: the same numbers on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
