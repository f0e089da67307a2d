import { blockFormats, isFloatFormat, type BlockFormat, type QuantizedFormat } from '../quantization/block-formats.ts';
import { definitions, halves } from './dequantize.ts';
import { writeGguf, type MetadataValue, type TensorPart } from './write-gguf.ts';

/** A decoder too small to say anything, with random weights: all arithmetic of a large one at none of its cost. */
export const tiny = { layers: 2, hidden: 256, heads: 4, keyValueHeads: 2, headDimension: 64, feedForward: 512, epsilon: 1e-5, rotaryBase: 10_000 };

export interface TinyModel {
  gguf: Uint8Array;
  /** The weights of a tensor by the definition of its format, row after row. */
  weights: ReadonlyMap<string, readonly number[]>;
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
  metadata?: readonly (readonly [string, MetadataValue])[];
  change?: (tensors: TensorPart[]) => TensorPart[];
}

export function createTinyModel(options: TinyOptions = {}): TinyModel {
  const { architecture = 'qwen2', formats = {}, fallback = 'F32', biases = architecture === 'qwen2', tied = true } = options;
  const random = createRandom(7);
  const tokens = createTokens();
  const weights = new Map<string, readonly number[]>();
  const tensors: TensorPart[] = [];

  function matrix(name: string, columns: number, rows: number): void {
    const format = formats[name.replace(/^blk\.\d+\./, '')] ?? fallback;
    const { data, values } = isFloatFormat(format) ? randomFloats(format, rows * columns, random) : randomBlocks(format, rows * columns, random);
    tensors.push({ name: `${name}.weight`, dimensions: [columns, rows], format, data });
    weights.set(`${name}.weight`, values);
  }
  function vector(name: string, length: number, around: number): void {
    const values = Float32Array.from({ length }, () => around + 0.2 * (random() - 0.5));
    tensors.push({ name, dimensions: [length], format: 'F32', data: new Uint8Array(values.buffer) });
    weights.set(name, [...values]);
  }

  const { hidden, feedForward, heads, keyValueHeads, headDimension } = tiny;
  matrix('token_embd', hidden, tokens.length);
  for (let layer = 0; layer < tiny.layers; layer++) {
    const name = (part: string): string => `blk.${layer}.${part}`;
    vector(name('attn_norm.weight'), hidden, 1);
    for (const [part, count] of [['attn_q', heads], ['attn_k', keyValueHeads], ['attn_v', keyValueHeads]] as const) {
      matrix(name(part), hidden, count * headDimension);
      if (biases) vector(name(`${part}.bias`), count * headDimension, 0);
    }
    matrix(name('attn_output'), heads * headDimension, hidden);
    vector(name('ffn_norm.weight'), hidden, 1);
    matrix(name('ffn_gate'), hidden, feedForward);
    matrix(name('ffn_up'), hidden, feedForward);
    matrix(name('ffn_down'), feedForward, hidden);
  }
  vector('output_norm.weight', hidden, 1);
  if (!tied) matrix('output', hidden, tokens.length);

  const overridden = new Map([...describe(architecture, tokens), ...(options.metadata ?? [])]);
  const gguf = writeGguf({ metadata: [...overridden], tensors: options.change?.(tensors) ?? tensors });
  return { gguf, weights, vocabularySize: tokens.length };
}

function describe(architecture: string, tokens: readonly string[]): [string, MetadataValue][] {
  const key = (name: string): string => `${architecture}.${name}`;
  return [
    ['general.architecture', architecture],
    [key('block_count'), tiny.layers],
    [key('context_length'), 128],
    [key('embedding_length'), tiny.hidden],
    [key('feed_forward_length'), tiny.feedForward],
    [key('attention.head_count'), tiny.heads],
    [key('attention.head_count_kv'), tiny.keyValueHeads],
    [key('rope.freq_base'), { float: tiny.rotaryBase }],
    [key('attention.layer_norm_rms_epsilon'), { float: tiny.epsilon }],
    ['tokenizer.ggml.model', 'gpt2'],
    ['tokenizer.ggml.pre', architecture === 'llama' ? 'smollm' : 'qwen2'],
    ['tokenizer.ggml.tokens', { list: tokens }],
    ['tokenizer.ggml.token_type', { list: tokens.map((token) => (token.startsWith('<|') ? 3 : 1)) }],
    ['tokenizer.ggml.merges', { list: ['h e', 'l l', 'he ll', 'hell o'] }],
    ['tokenizer.ggml.eos_token_id', tokens.indexOf('<|im_end|>')],
    ['tokenizer.ggml.bos_token_id', tokens.indexOf('<|endoftext|>')],
  ];
}

/** The printable stand-ins of all bytes, as byte-level vocabularies write them, then merged and special tokens. */
function createTokens(): string[] {
  const isPrintable = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let standIn = 256;
  const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : standIn++));
  return [...bytes, 'he', 'll', 'hell', 'hello', '<|endoftext|>', '<|im_start|>', '<|im_end|>'];
}

function randomFloats(format: BlockFormat, count: number, random: () => number): { data: Uint8Array; values: number[] } {
  // Multiples of 1/1024 below 1/8 are exact in float16 and bfloat16 too.
  const values = Float32Array.from({ length: count }, () => Math.round((random() - 0.5) * 256) / 1024);
  const words = new Uint32Array(values.buffer);
  const narrow = (word: number): number => {
    const exponent = (word >> 23) & 255;
    return exponent === 0 ? 0 : ((word >> 16) & 0x8000) | ((exponent - 112) << 10) | ((word >> 13) & 1023);
  };
  if (format === 'F16') return { data: new Uint8Array(Uint16Array.from(words, narrow).buffer), values: [...values] };
  if (format === 'BF16') return { data: new Uint8Array(Uint16Array.from(words, (word) => word >>> 16).buffer), values: [...values] };
  return { data: new Uint8Array(values.buffer), values: [...values] };
}

/** Scale, and minimum or scale of minima, that spread the codes of a format evenly around zero, up to about a tenth. */
const blockScales: Readonly<Record<QuantizedFormat, readonly number[]>> = {
  Q4_0: [0.0125], Q4_1: [0.0133, -0.1], Q5_0: [0.00625], Q5_1: [0.00645, -0.1], Q8_0: [0.0008], Q4_K: [0.0133 / 32, 0.1 / 32], Q5_K: [0.00645 / 32, 0.1 / 32],
  Q6_K: [0.1 / 32 / 128],
};
/** The six-bit scales and minima of a super-block, all of them 32. */
const evenScales = [160, 160, 160, 160, 160, 160, 160, 160, 0, 0, 0, 0];

function randomBlocks(format: QuantizedFormat, count: number, random: () => number): { data: Uint8Array; values: number[] } {
  const { weights, bytes } = blockFormats[format];
  const data = Uint8Array.from({ length: (count / weights) * bytes }, () => random() * 256);
  const values: number[] = [];
  for (let at = 0; at < data.length; at += bytes) {
    blockScales[format].forEach((scale, i) => {
      const bits = halfBits(scale);
      data.set([bits & 255, bits >> 8], at + halves[format][i]!);
    });
    if (format === 'Q4_K' || format === 'Q5_K') data.set(evenScales, at + 4);
    values.push(...definitions[format](data, at));
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
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
