import type { Hit, Passage, Retriever } from '@glm-tasks/task';
import { Document } from '@langchain/core/documents';
import { BaseRetriever, type BaseRetrieverInput } from '@langchain/core/retrievers';
import type { RunnableConfig } from '@langchain/core/runnables';

export interface RetrieverOptions extends BaseRetrieverInput {
  /** Documents at most. @default what the retriever gives */
  limit?: number;
  /** Only passages for which this holds. @default all */
  filter?: (passage: Passage) => boolean;
}

/** What stands in the metadata of a document, beside the passage's own `data`. */
export interface PassageMetadata {
  source: string;
  /** UTF-16 offsets into the text extracted from the source. */
  start: number;
  end: number;
  title?: string;
  answer?: string;
  /** Orders the documents of this one search. */
  score: number;
  /** From 0 to 1: the share of the query's terms that the passage has, rare terms counting more. */
  coverage: number;
  similarity?: number;
}

/**
 * Our knowledge, or whatever else keeps our Retriever contract, as a retriever of LangChain. The content of an FAQ's entry is its question and
 * its answer; of every other passage exactly what stands in the source.
 *
 * @example
 * const chain = RunnableSequence.from([toRetriever(knowledge, { limit: 3 }), (documents) => documents.map((document) => document.pageContent)]);
 * await chain.invoke('When does the ferry leave?');
 */
export function toRetriever(retriever: Retriever, options: RetrieverOptions = {}): BaseRetriever<PassageMetadata> {
  return new PassageRetriever(retriever, options);
}

class PassageRetriever extends BaseRetriever<PassageMetadata> {
  override lc_namespace = ['glm_tasks', 'retrievers'];
  private readonly retriever: Retriever;
  private readonly options: RetrieverOptions;
  private readonly signal: AbortSignal | undefined;

  constructor(retriever: Retriever, options: RetrieverOptions, signal?: AbortSignal) {
    super(options);
    this.retriever = retriever;
    this.options = options;
    this.signal = signal;
  }

  /** LangChain hands no signal to the search itself, so a call that has one gets a retriever of its own. */
  override async invoke(input: string, config?: Partial<RunnableConfig>): Promise<Document<PassageMetadata>[]> {
    if (!config?.signal || config.signal === this.signal) return super.invoke(input, config as RunnableConfig);
    return new PassageRetriever(this.retriever, this.options, config.signal).invoke(input, config);
  }

  override async _getRelevantDocuments(query: string): Promise<Document<PassageMetadata>[]> {
    const { limit, filter } = this.options;
    const hits = await this.retriever.search(query, { ...(limit === undefined ? {} : { limit }), ...(filter ? { filter } : {}), ...(this.signal ? { signal: this.signal } : {}) });
    return hits.map(toDocument);
  }
}

function toDocument({ passage, score, coverage, similarity }: Hit): Document<PassageMetadata> {
  const { id, source, title, text, start, end, answer, data } = passage;
  const optional = { ...(title === undefined ? {} : { title }), ...(answer === undefined ? {} : { answer }), ...(similarity === undefined ? {} : { similarity }) };
  // Chains read nothing but the content; of an FAQ's entry they would see the question alone.
  const pageContent = answer === undefined ? text : `${text}\n${answer}`;
  return new Document({ id, pageContent, metadata: { ...data, source, start, end, ...optional, score, coverage } });
}
