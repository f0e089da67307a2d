/** A piece of a source that a search can find. */
export interface Passage {
  /** One of its kind within a retriever. */
  id: string;
  source: string;
  /** The headings it stands under, from the outermost: `Returns > Shoes`. */
  title?: string;
  /** Exactly `slice(start, end)` of the text extracted from the source; for an entry of an FAQ, the question. */
  text: string;
  /** UTF-16 offsets into the text extracted from the source. */
  start: number;
  end: number;
  /** Of an entry of an FAQ: what to say when its question is asked. */
  answer?: string;
  data?: Record<string, string | number | boolean>;
}

export interface Hit {
  passage: Passage;
  /** Orders the hits of this one search; scores of two searches are not comparable. */
  score: number;
  /** From 0 to 1: the share of the query's terms that the passage has, rare terms counting more. */
  coverage: number;
  /** The cosine of the angle between the vectors of query and passage, where there are vectors. */
  similarity?: number;
}

export interface SearchOptions {
  /** Hits at most. @default 10 */
  limit?: number;
  /** Only passages for which this holds. @default all */
  filter?: (passage: Passage) => boolean;
  signal?: AbortSignal;
}

/** Finds passages by a question. Whatever can do this takes the place of our own knowledge: a search server, a vector database. */
export interface Retriever {
  /** Best first. Several queries are forms of one question; what they find is fused. */
  search(queries: string | readonly string[], options?: SearchOptions): Promise<Hit[]>;
}
