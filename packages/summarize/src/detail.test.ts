import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCorpus } from './corpus.ts';
import { selectSentences } from './select.ts';
import { summarize } from './summarize.ts';
import { documentOf } from './testing/scripted.ts';

const text = Array.from({ length: 1_500 }, (_, index) => `Report ${index}: the ${['bridge', 'school', 'harbour', 'church'][index % 4]} needs ${index} new windows before winter. `).join('');
const model = () => {
  const engine = fakeEngine({ reply: () => 'The bridge needs new windows. So does the school.' });
  return { engine, model: createModel(engine) };
};

test('what is kept and what is skipped cover every document exactly once', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { minLength: 1, maxLength: 4 }), fc.double({ min: 0, max: 1, noNaN: true }), (texts, share) => {
      const corpus = readCorpus({ documents: texts.map((part, index) => ({ id: `${index}`, text: part })) });
      const { documents, skipped } = selectSentences(corpus, share);
      const all = [...documents.flatMap(({ stretches }) => stretches), ...skipped].toSorted((a, b) => a.start - b.start || a.end - b.end);
      for (const { start, end } of corpus.documents) {
        const inside = all.filter((stretch) => stretch.start >= start && stretch.end <= end);
        expect(inside.map((stretch) => corpus.text.slice(stretch.start, stretch.end)).join('')).toBe(corpus.text.slice(start, end));
      }
    }),
  );
});

test('at 0 one call reads the most telling sentences, and the rest is listed as skipped', async () => {
  const { engine, model: chosen } = model();
  const { coverage, skipped, chunks } = await summarize({ text, detail: 0 }, { model: chosen });
  expect(engine.requests.length).toBeLessThanOrEqual(4);
  expect(chunks).toHaveLength(1);
  expect(coverage).toBeGreaterThan(0.03);
  expect(coverage).toBeLessThan(0.2);
  const read = text.length - skipped.reduce((sum, { start, end }) => sum + end - start, 0);
  expect(read / text.length).toBeCloseTo(coverage, 5);
  expect(documentOf(engine.requests[0])).toContain('Report 0:');
});

test('between 0 and 1 less is read, at 1 everything', async () => {
  const coverages = await Promise.all([0, 0.3, 0.7, 1].map(async (detail) => (await summarize({ text, detail }, { model: model().model })).coverage));
  expect(coverages).toEqual(coverages.toSorted((a, b) => a - b));
  expect(coverages[1]).toBeGreaterThan(0.25);
  expect(coverages[1]).toBeLessThan(0.5);
  expect(coverages[3]).toBe(1);
});

test('a short text is read whole whatever the detail', async () => {
  expect(await summarize({ text: text.slice(0, 500), detail: 0 }, { model: model().model })).toMatchObject({ coverage: 1, skipped: [] });
});
