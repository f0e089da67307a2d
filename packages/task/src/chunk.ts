import { TaskError, type Model } from '@glm-tasks/core';
import { LEVEL, findPieces, splitPiece, type Piece } from './boundaries.ts';
import { cutIntoStretches, type CountedPiece } from './stable-stretches.ts';

export interface Chunk {
  index: number;
  /** UTF-16 offsets into the text: `text.slice(start, end)`. */
  start: number;
  end: number;
  text: string;
  /** Sum of its pieces' tokens, which the whole may undercut by a few. */
  tokens: number;
}

export interface ChunkOptions {
  model: Pick<Model, 'countTokens'>;
  /** Tokens a chunk may have; at least 16. */
  maxTokens: number;
  /**
   * Cuts where the text itself says, so that an edit changes the chunks around it and leaves the others as they were, for a store that
   * remembers what they gave. Makes 9 to 16 % more chunks. A sentence longer than a chunk is cut by length all the same. @default false
   */
  stable?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** Tokenizers are superlinear on long words, so none ever sees more than this at once. */
const LONGEST_PIECE = 2_000;
const BATCH_CHARACTERS = 64_000;
const BATCH_TEXTS = 512;

/**
 * Cuts a text into chunks of at most `maxTokens` real tokens that cover every character exactly once: at a paragraph if one ends in
 * the last part of the chunk, else at a line, a sentence, a clause, a word, a grapheme. Each character is counted once, or twice if
 * its sentence is longer than a chunk. Only a single character of more than `maxTokens` tokens can exceed the limit.
 *
 * @example
 * const chunks = await chunkText(text, { model, maxTokens: 1500 });
 * chunks.map((chunk) => chunk.text).join('') === text; // true
 */
export async function chunkText(text: string, { model, maxTokens, stable = false, signal }: ChunkOptions): Promise<Chunk[]> {
  if (!(maxTokens >= 16)) throw new TaskError('invalid_input', `"maxTokens" of a chunk is ${maxTokens}; give at least 16.`, { details: { maxTokens } });
  if (text === '') return [];
  const pieces = findPieces(text).flatMap((piece) => splitPiece(text, piece, LONGEST_PIECE));
  const counted = await fitPieces(text, await countPieces(text, pieces, model, signal), { model, maxTokens, signal });
  const stretches = stable ? cutIntoStretches(text, counted, maxTokens) : [counted];
  return stretches.flatMap((stretch) => packPieces(text, stretch, maxTokens)).map((chunk, index) => ({ index, ...chunk }));
}

async function countPieces(text: string, pieces: Piece[], model: Pick<Model, 'countTokens'>, signal: AbortSignal | undefined): Promise<CountedPiece[]> {
  const counted: CountedPiece[] = [];
  while (counted.length < pieces.length) {
    if (signal?.aborted) throw new TaskError('aborted', 'The caller aborted while the text was being counted.', { cause: signal.reason });
    const batch: Piece[] = [];
    for (let size = 0; batch.length < BATCH_TEXTS && size < BATCH_CHARACTERS; ) {
      const piece = pieces[counted.length + batch.length];
      if (!piece) break;
      batch.push(piece);
      size += piece.end - piece.start;
    }
    const { counts } = await model.countTokens(batch.map(({ start, end }) => text.slice(start, end)));
    for (const [index, piece] of batch.entries()) counted.push({ ...piece, tokens: counts[index] ?? 0 });
  }
  return counted;
}

/** Splits what alone exceeds the limit, until nothing can be split. Ends: every part is shorter than its piece. */
async function fitPieces(text: string, pieces: CountedPiece[], options: ChunkOptions): Promise<CountedPiece[]> {
  const { model, maxTokens, signal } = options;
  const tooLong = (piece: CountedPiece) => piece.tokens > maxTokens && piece.end - piece.start > 2;
  if (!pieces.some(tooLong)) return pieces;
  const parts = pieces.map((piece) => {
    if (!tooLong(piece)) return [piece];
    const length = piece.end - piece.start;
    return splitPiece(text, piece, Math.max(1, Math.floor(Math.min(length - 1, (length * maxTokens * 0.9) / piece.tokens))));
  });
  const recounted = await countPieces(text, parts.filter((part) => part.length > 1).flat(), model, signal);
  let next = 0;
  const merged = parts.flatMap((part, index) => (part.length > 1 ? part.map(() => recounted[next++] as CountedPiece) : [pieces[index] as CountedPiece]));
  // A lone grapheme of more tokens than a chunk may hold cannot be made smaller.
  return merged.length === pieces.length ? merged : fitPieces(text, merged, options);
}

function packPieces(text: string, pieces: CountedPiece[], maxTokens: number): Omit<Chunk, 'index'>[] {
  const chunks: Omit<Chunk, 'index'>[] = [];
  let left = pieces.reduce((sum, piece) => sum + piece.tokens, 0);
  for (let first = 0; first < pieces.length; ) {
    // The last two chunks share what is left, so that the last is no scrap.
    const aim = left <= maxTokens ? left : left < 2 * maxTokens ? left / 2 : maxTokens;
    const last = left <= maxTokens ? pieces.length - 1 : chooseLast(pieces, first, aim, maxTokens);
    const taken = pieces.slice(first, last + 1);
    const start = (taken[0] as Piece).start;
    const end = (taken.at(-1) as Piece).end;
    const tokens = taken.reduce((sum, piece) => sum + piece.tokens, 0);
    chunks.push({ start, end, text: text.slice(start, end), tokens });
    left -= tokens;
    first = last + 1;
  }
  return chunks;
}

/** The best end that still fits, of equals the one nearest to the aim. An early end must be better by two levels, as one before code is. */
function chooseLast(pieces: CountedPiece[], first: number, aim: number, maxTokens: number): number {
  let best = first;
  let bestScore = -Infinity;
  let tokens = 0;
  for (let index = first; index < pieces.length; index++) {
    const piece = pieces[index] as CountedPiece;
    tokens += piece.tokens;
    if (tokens > maxTokens && index > first) break;
    const early = tokens < aim * 0.3 ? LEVEL.paragraph : tokens < aim * 0.6 ? 1.5 : 0;
    const score = piece.level - early - Math.abs(tokens - aim) / (maxTokens + 1);
    if (score >= bestScore) [best, bestScore] = [index, score];
  }
  return best;
}
