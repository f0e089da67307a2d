import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { FakeVectorStore } from '@langchain/core/utils/testing';
import { describe, expect, test } from 'vitest';
import { GlmTasksEmbeddings } from './glm-tasks-embeddings.ts';

/** By the share of vowels: enough for texts to differ. */
async function embed(texts: string[], options?: { signal?: AbortSignal }): Promise<Float32Array[]> {
  options?.signal?.throwIfAborted();
  return texts.map((text) => {
    const share = (text.match(/[aeiou]/g)?.length ?? 0) / Math.max(1, text.length);
    return Float32Array.of(Math.sin(share), Math.cos(share));
  });
}

const embeddings = new GlmTasksEmbeddings({ model: createModel(fakeEngine({ reply: () => '', embed })) });

// The checks of LangChain's standard tests for embeddings; those in its repository are for Python only.
describe('GlmTasksEmbeddings', () => {
  test('a query: one list of numbers', async () => {
    const vector = await embeddings.embedQuery('foo bar');
    expect(Array.isArray(vector)).toBe(true);
    expect(vector.every((value) => typeof value === 'number')).toBe(true);
    expect(vector).toHaveLength(2);
  });

  test('documents: a list for each, in their order, all of one length, equal to that of the query', async () => {
    const vectors = await embeddings.embedDocuments(['foo bar', 'aaa', 'foo bar']);
    expect(vectors).toHaveLength(3);
    expect(vectors.every((vector) => vector.length === 2)).toBe(true);
    expect(vectors[0]).toEqual(vectors[2]);
    expect(vectors[0]).not.toEqual(vectors[1]);
    expect(vectors[0]).toEqual(await embeddings.embedQuery('foo bar'));
    expect(await embeddings.embedDocuments([])).toEqual([]);
  });

  test('serves a vector store', async () => {
    const store = await FakeVectorStore.fromTexts(['aaa', 'xyz'], [{ id: 1 }, { id: 2 }], embeddings);
    expect(await store.similaritySearch('aab', 1)).toHaveLength(1);
  });

  test('a model that writes does not embed, and says what does', async () => {
    await expect(new GlmTasksEmbeddings({ model: createModel(fakeEngine({ reply: () => '' })) }).embedQuery('a')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('all-minilm-l6-v2') as string });
  });
});
