import { TaskError } from '@glm-tasks/weights';

export interface TextEncoder {
  /** Token ids of a text without special tokens. */
  encode(text: string): number[];
  /** The special tokens before and behind every text. */
  first: number;
  last: number;
  /** Tokens the model reads at once, the special ones included. */
  contextLength: number;
  /** One vector of length 1 for each row. */
  run(rows: readonly (readonly number[])[]): Promise<Float32Array[]>;
}

interface Window {
  /** Which of the texts it belongs to. */
  text: number;
  tokens: number[];
}

// Tokens of a batch, padding included. With 2,048 a token takes a tenth more processor time, since what is computed outgrows the cache;
// fewer are no faster (all-MiniLM-L6-v2, rows of 25 tokens, one thread).
const BATCH_TOKENS = 512;

/**
 * One vector for each text. Texts of like length share a batch, so that little is spent on padding; equal texts are computed once. A text
 * longer than the model reads is cut into as few windows of equal length as will do, and its vector is the mean of theirs, each by its tokens.
 */
export async function embedTexts(encoder: TextEncoder, texts: readonly string[], interrupted: () => boolean): Promise<Float32Array[]> {
  const distinct = [...new Set(texts)];
  const windows = distinct.flatMap((text, index) => cutIntoWindows(encoder.encode(text), encoder.contextLength - 2).map((tokens): Window => ({ text: index, tokens })));
  const sums: Float32Array[] = [];
  for (const batch of formBatches(windows)) {
    // Lets an abort be heard between two batches.
    await new Promise((resolve) => setImmediate(resolve));
    if (interrupted()) throw new TaskError('aborted', 'The request was aborted.');
    const vectors = await encoder.run(batch.map(({ tokens }) => [encoder.first, ...tokens, encoder.last]));
    batch.forEach(({ text, tokens }, index) => {
      sums[text] = addScaled(sums[text], vectors[index]!, tokens.length + 2);
    });
  }
  const places = new Map(distinct.map((text, index) => [text, index]));
  const vectors = sums.map(normalise);
  return texts.map((text) => vectors[places.get(text)!]!.slice());
}

export function cutIntoWindows(tokens: number[], longest: number): number[][] {
  const count = Math.max(1, Math.ceil(tokens.length / longest));
  const edge = (index: number): number => Math.round((index * tokens.length) / count);
  return Array.from({ length: count }, (_, index) => tokens.slice(edge(index), edge(index + 1)));
}

export function formBatches<T extends { tokens: readonly number[] }>(windows: readonly T[], most = BATCH_TOKENS): T[][] {
  const batches: T[][] = [];
  for (const window of windows.toSorted((a, b) => a.tokens.length - b.tokens.length)) {
    const last = batches.at(-1);
    // Sorted, so the newcomer is the longest, and all are padded to it.
    if (last !== undefined && (last.length + 1) * (window.tokens.length + 2) <= most) last.push(window);
    else batches.push([window]);
  }
  return batches;
}

function addScaled(sum: Float32Array | undefined, vector: Float32Array, weight: number): Float32Array {
  return vector.map((value, at) => (sum?.[at] ?? 0) + value * weight);
}

export function normalise(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
