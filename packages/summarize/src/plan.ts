import { TaskError, type Model } from '@glm-tasks/core';
import { chunkText, findTurns, neutralize, speakerAt, type Chunk } from '@glm-tasks/task';
import type { Corpus, PlacedDocument, Stretch } from './corpus.ts';
import { selectAll, selectSentences, type Selection } from './select.ts';

/** A part of the corpus that one call reads. */
export interface PlannedChunk {
  index: number;
  /** From its first to its last character, by offsets into the corpus. */
  start: number;
  end: number;
  /** What is read of that: all of it, unless `detail` is below 1. */
  text: string;
  tokens: number;
  /** In a transcript, who has been speaking when the part begins. */
  speaker?: string | undefined;
}

export interface Plan {
  chunks: PlannedChunk[];
  /** Whether one call can read everything. */
  single: boolean;
  /** What is read of each document, for that one call. */
  documents: { id: string; text: string }[];
  skipped: Stretch[];
  /** Tokens of document one call may read. */
  readTokens: number;
  /** Sentences of one note. */
  noteSentences: number;
  /** Tokens of one note; two notes always fit one call, so every round of the reduce at least halves their number. */
  noteTokens: number;
}

/** A note has three sentences at most, and more text than this does not fit them: with 1,500 tokens a speech lost its best-known passage. */
const CHUNK_TOKENS = 800;
const SINGLE_TOKENS = 3_000;
/** Of one sentence of a note. */
const SENTENCE_TOKENS = 66;
const NOTE_TOKENS = 3 * SENTENCE_TOKENS;
/** Sentences of notes for each one of the summary: with fewer there is little to choose from, with more the 1.5B took a third longer. */
const CHOICE = 4;
/** Chat template, fence, and the few tokens by which a sum of pieces may differ from the whole. */
const MARGIN = 96;

export interface PlanOptions {
  /** The longest system text and instruction of the run. */
  instructions: string;
  /** Tokens the last call may write. */
  writeTokens: number;
  /** Sentences of the summary, where that is what the notes are for. */
  wantedSentences: number | undefined;
  /** 0 (what one call can read) to 1 (everything). */
  detail: number;
  /** Whether an edit of the text should leave most parts as they were, for a store that remembers them. */
  stable: boolean;
  signal?: AbortSignal | undefined;
}

/** Counts the text once, cuts it, and divides the context between reading and writing. */
export async function planSummary(corpus: Corpus, model: Model, options: PlanOptions): Promise<Plan> {
  const { instructions, writeTokens, wantedSentences, detail } = options;
  const { counts } = await model.countTokens([instructions]);
  const readTokens = Math.min(SINGLE_TOKENS, model.contextLength - MARGIN - (counts[0] ?? 0) - Math.max(writeTokens, NOTE_TOKENS));
  if (readTokens < 64) {
    const message = `A summary of up to ${writeTokens} tokens leaves no room to read in the ${model.contextLength} tokens of "${model.name}"; ask for a shorter summary or use a model with a longer context.`;
    throw new TaskError('context_overflow', message, { details: { contextLength: model.contextLength, writeTokens } });
  }
  const cut = (selection: Selection) => cutSelection(corpus, selection, model, Math.min(CHUNK_TOKENS, readTokens), options);
  let selection = selectAll(corpus);
  let chunks = await cut(selection);
  const all = sumTokens(chunks);
  if (detail < 1 && all > readTokens) {
    // Sentences are chosen by characters; a second try makes up for what their tokens differ by.
    const wanted = readTokens + detail * (all - readTokens);
    for (let share = wanted / all, tries = 0; tries < 3; tries++) {
      selection = selectSentences(corpus, share);
      chunks = await cut(selection);
      if (sumTokens(chunks) <= wanted) break;
      share *= (0.97 * wanted) / sumTokens(chunks);
    }
  }
  const noteSentences = wantedSentences === undefined ? 3 : Math.min(3, Math.max(2, Math.ceil((CHOICE * wantedSentences) / chunks.length)));
  return {
    chunks,
    single: sumTokens(chunks) <= readTokens,
    documents: selection.documents.map(({ document, stretches }) => ({ id: document.id, text: readStretches(corpus, stretches) })),
    skipped: selection.skipped,
    readTokens,
    noteSentences,
    noteTokens: Math.min(noteSentences * SENTENCE_TOKENS, Math.floor(readTokens / 3)),
  };
}

async function cutSelection(corpus: Corpus, { documents }: Selection, model: Model, maxTokens: number, { stable, signal }: PlanOptions): Promise<PlannedChunk[]> {
  // What is counted is what will be sent: neutralized control tokens are longer.
  const counted = { countTokens: (texts: string[]) => model.countTokens(texts.map(neutralize)) };
  const chunks: PlannedChunk[] = [];
  for (const { document, stretches } of documents) {
    const turns = findTurns(corpus.text.slice(document.start, document.end));
    for (const chunk of await chunkText(readStretches(corpus, stretches), { model: counted, maxTokens, stable, signal })) {
      const placed = placeChunk(chunk, stretches);
      const speaker = turns && speakerAt(turns, placed.start - document.start);
      chunks.push({ index: chunks.length, ...placed, text: chunk.text, tokens: chunk.tokens, ...(speaker && !startsTurn(turns, placed, document) ? { speaker } : {}) });
    }
  }
  return chunks;
}

function startsTurn(turns: readonly { start: number }[], { start }: Stretch, document: PlacedDocument): boolean {
  return turns.some((turn) => turn.start === start - document.start);
}

function readStretches({ text }: Corpus, stretches: readonly Stretch[]): string {
  return stretches.map(({ start, end }) => text.slice(start, end)).join('');
}

/** Where a chunk of joined stretches stands in the corpus. */
function placeChunk(chunk: Chunk, stretches: readonly Stretch[]): Stretch {
  const place = (offset: number, isEnd: boolean): number => {
    let before = 0;
    for (const { start, end } of stretches) {
      const length = end - start;
      if (offset < before + length || (isEnd && offset === before + length)) return start + offset - before;
      before += length;
    }
    return stretches.at(-1)?.end ?? 0;
  };
  return { start: place(chunk.start, false), end: place(chunk.end, true) };
}

function sumTokens(chunks: readonly PlannedChunk[]): number {
  return chunks.reduce((sum, { tokens }) => sum + tokens, 0);
}
