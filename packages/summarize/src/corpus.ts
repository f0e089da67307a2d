import { findTurns } from '@glm-tasks/task';
import { PREVIOUS, type SummarizeInput } from './schema.ts';

/** Everything that is to be summarized, in one text; a document is found in it by offsets. */
export interface Corpus {
  text: string;
  documents: readonly PlacedDocument[];
  /** Characters of the documents, without what stands between them. */
  characters: number;
  /** Who speaks in those that are transcripts. */
  speakers: readonly string[];
  /** A stretch of `text` by its own document's offsets; without an id where there is only one. */
  place(stretch: Stretch): Place;
}

export interface PlacedDocument extends Stretch {
  id: string;
}

export interface Stretch {
  start: number;
  end: number;
}

export interface Place extends Stretch {
  source?: string;
}

/** More names than a call can be told to leave alone are no meeting. */
const MOST_SPEAKERS = 80;
/** A paragraph ends here, so that no sentence and no passage reaches from one document into the next. */
export const BETWEEN = '\n\n';

export function readCorpus({ text, documents, previous }: Pick<SummarizeInput, 'text' | 'documents' | 'previous'>): Corpus {
  const given = documents ?? [{ id: 'text', text: text ?? '' }];
  const all = previous === undefined ? given : [{ id: PREVIOUS, text: previous }, ...given];
  const placed: PlacedDocument[] = [];
  let start = 0;
  for (const document of all) {
    placed.push({ id: document.id, start, end: start + document.text.length });
    start += document.text.length + BETWEEN.length;
  }
  return {
    text: all.map((document) => document.text).join(BETWEEN),
    documents: placed,
    characters: all.reduce((sum, document) => sum + document.text.length, 0),
    speakers: [...new Set(all.flatMap((document) => findTurns(document.text)?.map(({ speaker }) => speaker) ?? []))].slice(0, MOST_SPEAKERS),
    place(stretch) {
      const document = placed.findLast((document) => document.start <= stretch.start) ?? (placed[0] as PlacedDocument);
      const own = { start: stretch.start - document.start, end: stretch.end - document.start };
      return placed.length === 1 ? own : { source: document.id, ...own };
    },
  };
}
