import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCorpus } from './corpus.ts';
import { summarize } from './summarize.ts';
import { documentOf, instructionOf, scripted } from './testing/scripted.ts';

const bridge = 'The council of Bern met in the old town hall. It voted for the new bridge by nine to four. The bridge will cost 12 million euros.';
const school = 'The school in Thun opens again in August. Its roof was repaired for 300,000 francs. Pupils had their lessons in the church.';

test('every stretch of a corpus has its place in its own document', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 5 }), (texts) => {
      const corpus = readCorpus({ documents: texts.map((text, index) => ({ id: `d${index}`, text })) });
      for (const [index, { start, end }] of corpus.documents.entries()) {
        expect(corpus.text.slice(start, end)).toBe(texts[index]);
        expect(corpus.place({ start, end })).toEqual({ ...(texts.length > 1 ? { source: `d${index}` } : {}), start: 0, end: texts[index]!.length });
      }
      expect(corpus.characters).toBe(texts.join('').length);
    }),
  );
});

describe('several documents', () => {
  const documents = [{ id: 'bern.txt', text: bridge }, { id: 'thun.txt', text: school }];

  test('have a sentence each where there is room', async () => {
    const { engine, model } = scripted(['The council voted for the new bridge.', 'The school in Thun opens in August.']);
    const result = await summarize({ documents, length: { sentences: 2 } }, { model });
    expect(result).toMatchObject({ summary: 'The council voted for the new bridge. The school in Thun opens in August.', coverage: 1, warnings: [], lengthMet: true });
    expect(engine.requests.map(documentOf)).toEqual([bridge, school]);
    expect(result.chunks.map(({ source, start, end }) => [source, start, end])).toEqual([['bern.txt', 0, bridge.length], ['thun.txt', 0, school.length]]);
  });

  test.each([
    ['The council voted for the new bridge, and the school in Thun opens in August.', 'The council voted for the new bridge, and the school in Thun opens in August.'],
    ['The council voted for the new bridge.', 'The council voted for the new bridge; The school in Thun opens in August.'],
  ])('give a single sentence out of one on each, and none is left out: %s', async (said, summary) => {
    const { engine, model } = scripted(['The council voted for the new bridge.', 'The school in Thun opens in August.', said]);
    expect(await summarize({ documents, length: 'short' }, { model })).toMatchObject({ summary, lengthMet: true, warnings: [] });
    expect(engine.requests.map(documentOf)).toEqual([bridge, school, 'The council voted for the new bridge.\nThe school in Thun opens in August.']);
  });

  test('in two languages: no small words of the one slip into the other', async () => {
    const engine = fakeEngine({ reply: () => '市议会通过了新桥的方案。', can: { avoid: true } });
    await summarize({ documents: [{ id: 'a', text: '市议会昨天在旧市政厅开会，以九票对四票通过了新桥的方案。'.repeat(9) }, { id: 'b', text: bridge }], length: { sentences: 2 } }, { model: createModel(engine) });
    const avoided = new Map(engine.requests.map((request) => [documentOf(request).slice(0, 3), request.avoid]));
    expect(avoided.get('The')).toContain('council');
    expect(avoided.get('市议会')).not.toContain('council');
  });

  test('a headline that leaves one out says so', async () => {
    const { warnings } = await summarize({ documents, format: 'headline' }, scripted(['The council voted for the new bridge.', 'The school in Thun opens in August.', 'Council Votes for New Bridge']));
    expect(warnings).toEqual([expect.stringContaining('thun.txt')]);
  });

  test('are read together about a focus, and their headings stay out', async () => {
    const engine = fakeEngine({ reply: () => 'The roof was repaired for 300,000 francs.', can: { avoid: true } });
    await summarize({ documents, length: 'short', focus: 'the roof' }, { model: createModel(engine) });
    expect(documentOf(engine.requests[0])).toBe(`Text 1:\n${bridge}\n\nText 2:\n${school}`);
    expect(instructionOf(engine.requests[0])).toContain('2 texts');
    expect(engine.requests[0]?.avoid).toEqual(expect.arrayContaining(['Text 1', 'Text 2']));
  });

  test('sources count in their own document', async () => {
    const { points } = await summarize({ documents, format: 'key-points', length: { sentences: 2 } }, scripted(['The bridge will cost 12 million euros.', 'The roof was repaired for 300,000 francs.']));
    expect(points?.map(({ sources }) => sources[0]?.source)).toEqual(['bern.txt', 'thun.txt']);
    for (const { sources } of points ?? []) {
      for (const { source, start, end, text } of sources) expect(documents.find(({ id }) => id === source)?.text.slice(start, end)).toBe(text);
    }
  });

  test('when they are long: no part reaches from one into the next, and all is read', async () => {
    const long = [bridge, school].map((text, index) => ({ id: `${index}`, text: `${text} `.repeat(200) }));
    const { chunks, coverage } = await summarize({ documents: long }, { model: createModel(fakeEngine({ reply: () => 'The council voted for a bridge.' })) });
    expect(coverage).toBe(1);
    for (const { id, text } of long) {
      expect(chunks.filter(({ source }) => source === id).map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
    }
  });
});

describe('an earlier summary', () => {
  test('is brought up to date: both are read, and figures of both may stand in the result', async () => {
    const { engine, model } = scripted(['The bridge will cost 12 million euros. The school opens in August.']);
    const result = await summarize({ text: school, previous: 'The bridge will cost 12 million euros.' }, { model });
    expect(instructionOf(engine.requests[0])).toMatch(/^The text above begins with an earlier summary/);
    expect(documentOf(engine.requests[0])).toBe(`The bridge will cost 12 million euros.\n\n${school}`);
    expect(result).toMatchObject({ unverified: [], warnings: [], lengthMet: true });
    expect(result.chunks.map(({ source }) => source)).toEqual(['previous', 'text']);
  });

  test('goes word for word into the last call of a long text', async () => {
    const engine = fakeEngine({ reply: () => 'Pupils had lessons in the church. The roof was repaired.' });
    await summarize({ text: `${school} `.repeat(200), previous: 'The bridge will cost 12 million euros.' }, { model: createModel(engine) });
    expect(documentOf(engine.requests.at(-1))).toContain('The bridge will cost 12 million euros.');
  });
});
