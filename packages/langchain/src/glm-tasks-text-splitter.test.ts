import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { Document } from '@langchain/core/documents';
import { TextSplitter } from '@langchain/textsplitters';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GlmTasksTextSplitter } from './glm-tasks-text-splitter.ts';

const model = createModel(fakeEngine({ reply: () => '', tokensOf: (text) => [...text].length }));
const splitter = new GlmTasksTextSplitter({ model, chunkSize: 40 });
const text = '渡轮八点半从码头出发。票价是十二元。\n\nThe ferry leaves at 8:30. A ticket is twelve.\n\nThe ferry leaves at 8:30. A ticket is twelve.\n';

describe('GlmTasksTextSplitter', () => {
  test('is a TextSplitter whose chunks join to the text, none above its size', async () => {
    expect(splitter).toBeInstanceOf(TextSplitter);
    const chunks = await splitter.splitText(text);
    expect(chunks.join('')).toBe(text);
    expect(chunks.every((chunk) => [...chunk].length <= 40)).toBe(true);
    expect(chunks[0]).toMatch(/。\n\n$/);
  });

  test('each document says where it stands, twins too', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('The ferry leaves. ', '渡轮出发。', '\n', '\n\n', 'a ', '🦊')), async (parts) => {
        const whole = parts.join('');
        const documents = await splitter.createDocuments([whole], [{ source: 'guide.md', loc: { page: 2 } }]);
        expect(documents.map(({ pageContent }) => pageContent).join('')).toBe(whole);
        for (const { pageContent, metadata } of documents) {
          const { start, end, loc } = metadata as { start: number; end: number; loc: { page: number; lines: { from: number; to: number } } };
          expect(whole.slice(start, end)).toBe(pageContent);
          expect(metadata).toMatchObject({ source: 'guide.md', loc: { page: 2 } });
          expect(loc.lines).toEqual({ from: whole.slice(0, start).split('\n').length, to: whole.slice(0, end).split('\n').length });
        }
      }),
    ));

  test('transforms documents and writes headers as LangChain does', async () => {
    const documents = await splitter.transformDocuments([new Document({ pageContent: text, metadata: { source: 'a' } })], { chunkHeader: '# Guide\n', appendChunkOverlapHeader: true });
    expect(documents[0]?.pageContent).toMatch(/^# Guide\n渡/);
    expect(documents[1]?.pageContent).toMatch(/^# Guide\n\(cont'd\) The/);
    expect(documents.every(({ metadata }) => metadata['source'] === 'a')).toBe(true);
  });

  test('no text, no chunks; a size below 16 is refused', async () => {
    expect(await splitter.createDocuments(['', 'a'])).toHaveLength(1);
    await expect(new GlmTasksTextSplitter({ model, chunkSize: 3 }).splitText('abc')).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
