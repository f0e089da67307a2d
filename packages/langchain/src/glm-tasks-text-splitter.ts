import type { Model } from '@glm-tasks/core';
import { chunkText, type Chunk } from '@glm-tasks/task';
import { Document, type DocumentInput } from '@langchain/core/documents';
import { TextSplitter, type TextSplitterChunkHeaderOptions } from '@langchain/textsplitters';

export interface GlmTasksTextSplitterFields {
  /** Whose tokens are counted. */
  model: Pick<Model, 'countTokens'>;
  /** Real tokens a chunk may have; at least 16. @default 1000 */
  chunkSize?: number;
  /** Cuts where the text itself says, so that an edit leaves the chunks around it as they were. @default false */
  stable?: boolean;
}

/** What stands in the metadata of a chunk, beside what its document had. */
export interface ChunkMetadata {
  /** UTF-16 offsets into the text of the document. */
  start: number;
  end: number;
  tokens: number;
  loc: { lines: { from: number; to: number } };
}

/**
 * Cuts by the model's own tokens, at paragraphs, sentences (of Chinese too), clauses. Chunks do not overlap: together they are the text, every
 * character once, and each says where it stands.
 *
 * @example
 * const splitter = new GlmTasksTextSplitter({ model, chunkSize: 500 });
 * const documents = await splitter.createDocuments([text]);
 * documents[0].metadata.end; // where the first chunk ends
 */
export class GlmTasksTextSplitter extends TextSplitter {
  static override lc_name(): string {
    return 'GlmTasksTextSplitter';
  }

  private readonly chunk: (text: string) => Promise<Chunk[]>;

  constructor({ model, chunkSize = 1000, stable }: GlmTasksTextSplitterFields) {
    const countTokens = async (text: string): Promise<number> => (await model.countTokens([text])).counts[0] ?? 0;
    super({ chunkSize, chunkOverlap: 0, keepSeparator: true, lengthFunction: countTokens });
    this.chunk = (text) => chunkText(text, { model, maxTokens: this.chunkSize, stable });
  }

  override async splitText(text: string): Promise<string[]> {
    return (await this.chunk(text)).map((chunk) => chunk.text);
  }

  /** LangChain's own looks for each chunk in the text again, and finds the first place of one that occurs twice. */
  override async createDocuments(texts: string[], metadatas: Record<string, unknown>[] = [], headers: TextSplitterChunkHeaderOptions = {}): Promise<Document[]> {
    const { chunkHeader = '', chunkOverlapHeader = "(cont'd) ", appendChunkOverlapHeader = false } = headers;
    const documents: Document[] = [];
    for (const [at, text] of texts.entries()) {
      let line = 1;
      for (const { index, text: piece, start, end, tokens } of await this.chunk(text)) {
        const header = chunkHeader + (appendChunkOverlapHeader && index > 0 ? chunkOverlapHeader : '');
        const from = line;
        line += piece.split('\n').length - 1;
        const metadata = { ...metadatas[at], start, end, tokens, loc: { ...readLoc(metadatas[at]), lines: { from, to: line } } };
        documents.push(new Document({ pageContent: header + piece, metadata } satisfies DocumentInput));
      }
    }
    return documents;
  }
}

function readLoc(metadata: Record<string, unknown> | undefined): object {
  const loc = metadata?.['loc'];
  return typeof loc === 'object' && loc !== null ? loc : {};
}
