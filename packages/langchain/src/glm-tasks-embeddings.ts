import { Embeddings, type EmbeddingsParams } from '@langchain/core/embeddings';
import type { DefaultModel } from '@glm-tasks/task';
import { lendModel, withLentModel, type ModelFields } from './lend-model.ts';

export interface GlmTasksEmbeddingsFields extends EmbeddingsParams, ModelFields {}

/**
 * A model that embeds (an encoder such as "all-minilm-l6-v2", or a file of word vectors) as LangChain's embeddings. Vectors have length 1.
 * Texts longer than the model reads at once are read in windows, never cut off.
 *
 * @example
 * const embeddings = new GlmTasksEmbeddings({ model: 'all-minilm-l6-v2' });
 * const vector = await embeddings.embedQuery('When does the ferry leave?');
 */
export class GlmTasksEmbeddings extends Embeddings<number[]> {
  private readonly lender: DefaultModel;

  constructor(fields: GlmTasksEmbeddingsFields) {
    super(fields);
    this.lender = lendModel(fields);
  }

  override async embedDocuments(documents: string[]): Promise<number[][]> {
    const vectors = await withLentModel(this.lender, undefined, (model) => model.embed(documents));
    return vectors.map((vector) => Array.from(vector));
  }

  override async embedQuery(document: string): Promise<number[]> {
    const [vector] = await this.embedDocuments([document]);
    return vector!;
  }

  /** Lets a model go that was given by name, where no call uses it. */
  async dispose(): Promise<void> {
    await this.lender.release();
  }
}
