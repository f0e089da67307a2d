import { TaskError, type Model } from '@glm-tasks/core';
import { chunkText, neutralize, type Chunk } from '@glm-tasks/task';

export interface Plan {
  chunks: Chunk[];
  /** Whether one call can read the whole text. */
  single: boolean;
  /** Tokens of document one call may read. */
  readTokens: number;
  /** Tokens of one note; two notes always fit one call, so every round of the reduce at least halves their number. */
  noteTokens: number;
}

/** A note has three sentences, and more text than this does not fit them: with 1,500 tokens a speech lost its best-known passage. */
const CHUNK_TOKENS = 800;
const SINGLE_TOKENS = 3_000;
const NOTE_TOKENS = 200;
/** Chat template, fence, and the few tokens by which a sum of pieces may differ from the whole. */
const MARGIN = 96;

export interface PlanOptions {
  /** The longest system text and instruction of the run. */
  instructions: string;
  /** Tokens the last call may write. */
  writeTokens: number;
  signal?: AbortSignal | undefined;
}

/** Counts the text once, cuts it, and divides the context between reading and writing. */
export async function planSummary(text: string, model: Model, { instructions, writeTokens, signal }: PlanOptions): Promise<Plan> {
  const { counts } = await model.countTokens([instructions]);
  const readTokens = Math.min(SINGLE_TOKENS, model.contextLength - MARGIN - (counts[0] ?? 0) - Math.max(writeTokens, NOTE_TOKENS));
  if (readTokens < 64) {
    const message = `A summary of up to ${writeTokens} tokens leaves no room to read in the ${model.contextLength} tokens of "${model.name}"; ask for a shorter summary or use a model with a longer context.`;
    throw new TaskError('context_overflow', message, { details: { contextLength: model.contextLength, writeTokens } });
  }
  // What is counted is what will be sent: neutralized control tokens are longer.
  const counted = { countTokens: (texts: string[]) => model.countTokens(texts.map(neutralize)) };
  const chunks = await chunkText(text, { model: counted, maxTokens: Math.min(CHUNK_TOKENS, readTokens), signal });
  const total = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
  return { chunks, single: total <= readTokens, readTokens, noteTokens: Math.min(NOTE_TOKENS, Math.floor(readTokens / 3)) };
}
