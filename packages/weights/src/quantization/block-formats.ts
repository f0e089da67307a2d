/**
 * The ways in which a GGUF file stores a run of weights: `id` as written in the file, and how many `bytes` hold how
 * many `weights`. Source: `ggml.h` and `ggml-common.h` of llama.cpp.
 */
export const blockFormats = {
  F32: { id: 0, weights: 1, bytes: 4 },
  F16: { id: 1, weights: 1, bytes: 2 },
  BF16: { id: 30, weights: 1, bytes: 2 },
  Q4_0: { id: 2, weights: 32, bytes: 18 },
  Q4_1: { id: 3, weights: 32, bytes: 20 },
  Q5_0: { id: 6, weights: 32, bytes: 22 },
  Q5_1: { id: 7, weights: 32, bytes: 24 },
  Q8_0: { id: 8, weights: 32, bytes: 34 },
  Q4_K: { id: 12, weights: 256, bytes: 144 },
  Q5_K: { id: 13, weights: 256, bytes: 176 },
  Q6_K: { id: 14, weights: 256, bytes: 210 },
} as const satisfies Record<string, { id: number; weights: number; bytes: number }>;

export type BlockFormat = keyof typeof blockFormats;
export type FloatFormat = Extract<BlockFormat, 'F32' | 'F16' | 'BF16'>;
export type QuantizedFormat = Exclude<BlockFormat, FloatFormat>;

const formatById = new Map(Object.entries(blockFormats).map(([name, { id }]) => [id as number, name as BlockFormat]));

/** Formats that exist but that we do not convert: named, so that the refusal can say which one it met. */
const otherFormats: Readonly<Record<number, string>> = {
  9: 'Q8_1', 10: 'Q2_K', 11: 'Q3_K', 15: 'Q8_K', 16: 'IQ2_XXS', 17: 'IQ2_XS', 18: 'IQ3_XXS', 19: 'IQ1_S', 20: 'IQ4_NL',
  21: 'IQ3_S', 22: 'IQ2_S', 23: 'IQ4_XS', 24: 'I8', 25: 'I16', 26: 'I32', 27: 'I64', 28: 'F64', 29: 'IQ1_M', 34: 'TQ1_0',
  35: 'TQ2_0', 39: 'MXFP4',
};

export function findBlockFormat(id: number): BlockFormat | undefined {
  return formatById.get(id);
}

export function nameOtherFormat(id: number): string | undefined {
  return otherFormats[id];
}

export function isFloatFormat(format: BlockFormat): format is FloatFormat {
  return format === 'F32' || format === 'F16' || format === 'BF16';
}
