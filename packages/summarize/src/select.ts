import { rankSentences } from '@glm-tasks/task';
import type { Corpus, PlacedDocument, Stretch } from './corpus.ts';
import { PREVIOUS } from './schema.ts';

/** What of the corpus is read, in order: for each document, stretches of it. */
export interface Selection {
  documents: { document: PlacedDocument; stretches: Stretch[] }[];
  skipped: Stretch[];
}

export function selectAll({ documents }: Corpus): Selection {
  return { documents: documents.map((document) => ({ document, stretches: [document] })), skipped: [] };
}

/**
 * The most telling sentences of every document (TextRank, see rankSentences), as many as make up `share` of its characters, in their order.
 * The first sentence of a document always stays: it says what the rest is about. An earlier summary stays whole.
 */
export function selectSentences(corpus: Corpus, share: number): Selection {
  const selection: Selection = { documents: [], skipped: [] };
  for (const document of corpus.documents) {
    if (document.id === PREVIOUS) {
      selection.documents.push({ document, stretches: [document] });
      continue;
    }
    const { kept, skipped } = divideSentences(corpus.text.slice(document.start, document.end), share);
    const move = ({ start, end }: Stretch) => ({ start: start + document.start, end: end + document.start });
    selection.documents.push({ document, stretches: kept.map(move) });
    selection.skipped.push(...skipped.map(move));
  }
  return selection;
}

function divideSentences(text: string, share: number): { kept: Stretch[]; skipped: Stretch[] } {
  const ranked = rankSentences(text);
  // With what stands before and behind them, so that they cover the text.
  const sentences = ranked.map((_, index) => ({ start: index === 0 ? 0 : (ranked[index] as Stretch).start, end: ranked[index + 1]?.start ?? text.length }));
  if (sentences.length === 0) return { kept: [{ start: 0, end: text.length }], skipped: [] };
  const order = ranked.map((_, index) => index).sort((a, b) => (ranked[b]?.score ?? 0) - (ranked[a]?.score ?? 0) || a - b);
  const chosen = new Set([0]);
  const most = share * text.length;
  let size = lengthOf(sentences[0]);
  for (const index of order) {
    const length = lengthOf(sentences[index]);
    if (chosen.has(index) || size + length > most) continue;
    chosen.add(index);
    size += length;
  }
  return { kept: merge(sentences.filter((_, index) => chosen.has(index))), skipped: merge(sentences.filter((_, index) => !chosen.has(index))) };
}

function merge(stretches: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const { start, end } of stretches) {
    const last = merged.at(-1);
    if (last?.end === start) last.end = end;
    else merged.push({ start, end });
  }
  return merged;
}

function lengthOf(stretch: Stretch | undefined): number {
  return stretch === undefined ? 0 : stretch.end - stretch.start;
}
