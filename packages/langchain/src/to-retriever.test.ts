import type { Hit, Retriever, SearchOptions } from '@glm-tasks/task';
import { RunnablePassthrough, RunnableSequence } from '@langchain/core/runnables';
import { describe, expect, test } from 'vitest';
import { toRetriever } from './to-retriever.ts';

const ferry = { id: 'a#0', source: 'guide.md', title: 'Harrow > Ferry', text: 'The ferry leaves at 8:30.', start: 10, end: 35, data: { year: 2024 } };
const faq = { id: 'faq#1', source: 'faq.json', text: 'May I bring a dog?', start: 0, end: 18, answer: 'Yes, on a lead.' };
const hits: Hit[] = [
  { passage: ferry, score: 2, coverage: 0.8, similarity: 0.6 },
  { passage: faq, score: 1, coverage: 0.2 },
];

function recording(): { retriever: Retriever; asked: [unknown, SearchOptions | undefined][] } {
  const asked: [unknown, SearchOptions | undefined][] = [];
  const retriever: Retriever = {
    async search(queries, options) {
      asked.push([queries, options]);
      options?.signal?.throwIfAborted();
      return hits.filter(({ passage }) => options?.filter?.(passage) ?? true).slice(0, options?.limit);
    },
  };
  return { retriever, asked };
}

describe('toRetriever', () => {
  test('documents with what the passage says of itself', async () => {
    expect(await toRetriever(recording().retriever).invoke('ferry')).toEqual([
      expect.objectContaining({ id: 'a#0', pageContent: ferry.text, metadata: { source: 'guide.md', title: 'Harrow > Ferry', start: 10, end: 35, year: 2024, score: 2, coverage: 0.8, similarity: 0.6 } }),
      expect.objectContaining({ id: 'faq#1', pageContent: 'May I bring a dog?\nYes, on a lead.', metadata: { source: 'faq.json', start: 0, end: 18, answer: 'Yes, on a lead.', score: 1, coverage: 0.2 } }),
    ]);
  });

  test('limit, filter and signal reach the search', async () => {
    const { retriever, asked } = recording();
    const { signal } = new AbortController();
    const documents = await toRetriever(retriever, { limit: 1, filter: ({ source }) => source === 'faq.json' }).invoke('dog', { signal });
    expect(documents.map(({ id }) => id)).toEqual(['faq#1']);
    expect(asked).toEqual([['dog', { limit: 1, filter: expect.any(Function) as unknown, signal }]]);
    await expect(toRetriever(retriever).invoke('dog', { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  test('stands in a chain, batches, and tells callbacks', async () => {
    const heard: string[] = [];
    const callbacks = [{ handleRetrieverStart: () => void heard.push('start'), handleRetrieverEnd: () => void heard.push('end') }];
    const context = toRetriever(recording().retriever, { limit: 1 }).pipe((documents) => documents.map(({ pageContent }) => pageContent).join('\n'));
    const chain = RunnableSequence.from([{ context, question: new RunnablePassthrough<string>() }, ({ context: found, question }: { context: string; question: string }) => `${question} ${found}`]);
    expect(await chain.invoke('When?', { callbacks })).toBe('When? The ferry leaves at 8:30.');
    expect(heard).toEqual(['start', 'end']);
    expect(await toRetriever(recording().retriever).batch(['a', 'b'])).toHaveLength(2);
  });
});
