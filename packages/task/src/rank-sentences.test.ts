import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rankSentences } from './rank-sentences.ts';

const council = `The council met in the town hall on Monday. It voted for the new bridge over the river. My aunt keeps bees.
The bridge over the river will cost the council 12 million euros. Work on the bridge begins in May. Zebras yawn.`;
const chinese = '市议会通过了新大桥的方案。今天天气晴朗。新大桥造价一千二百万元。市议会说大桥五月开工。';
const pieces = fc.constantFrom('bridge', 'river', 'council', 'the', '大桥', '市议会', '的', '. ', '。', '! ', '\n', '\n\n', ' ', '  ', ',', '"', '12', '😀', '\ud83d', '\udc00', 'e\u0301', '\u3000');
const anyText = fc.array(fc.oneof(pieces, fc.string({ unit: 'grapheme', maxLength: 5 })), { maxLength: 80 }).map((parts) => parts.join(''));
const bestOf = (text: string) => rankSentences(text).toSorted((a, b) => b.score - a.score)[0]?.text;

describe('rankSentences', () => {
  test('puts what the others are about first, and what nobody shares last', () => {
    const ranked = rankSentences(council);
    expect(ranked.map(({ text }) => text)).toHaveLength(6);
    expect(bestOf(council)).toBe('The bridge over the river will cost the council 12 million euros.');
    for (const lonely of ['My aunt keeps bees.', 'Zebras yawn.']) expect(ranked.find(({ text }) => text === lonely)?.score).toBeCloseTo(0.15, 10);
    expect(['市议会通过了新大桥的方案。', '市议会说大桥五月开工。']).toContain(bestOf(chinese));
    expect(rankSentences(chinese)[1]?.score).toBeCloseTo(0.15, 10);
  });

  test('is the fixed point of the paper\'s formula, with every pair looked at', () => {
    // Terms written out by hand, for they are what terms.ts makes of these words.
    const sentences = [['red', 'fox'], ['red', 'fox', 'ran'], ['blue', 'fox'], ['ran', 'blue', 'far']];
    const ranked = rankSentences(sentences.map((words) => `${words.join(' ')}.\n`).join(''));
    const idf = (word: string) => Math.log(1 + 4 / sentences.filter((words) => words.includes(word)).length);
    const similarity = (a: string[], b: string[]) => a.filter((word) => b.includes(word)).reduce((sum, word) => sum + idf(word), 0) / Math.sqrt(Math.log(2 + a.length) * Math.log(2 + b.length));
    const ties = sentences.map((a) => sentences.reduce((sum, b) => sum + (a === b ? 0 : similarity(a, b)), 0));
    for (const [index, { score }] of ranked.entries()) {
      const received = sentences.reduce((sum, other, at) => sum + (at === index ? 0 : (similarity(sentences[index]!, other) / ties[at]!) * ranked[at]!.score), 0);
      expect(score).toBeCloseTo(0.15 + 0.85 * received, 3);
    }
  });

  test('covers all but white space, with exact offsets and finite scores, the same every time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const ranked = rankSentences(text);
        let end = 0;
        for (const sentence of ranked) {
          expect(text.slice(sentence.start, sentence.end)).toBe(sentence.text);
          expect(sentence.text.trim()).toBe(sentence.text);
          expect(text.slice(end, sentence.start).trim()).toBe('');
          expect(sentence.end).toBeGreaterThan(sentence.start);
          expect(Number.isFinite(sentence.score) && sentence.score >= 0.15 - 1e-12).toBe(true);
          end = sentence.end;
        }
        expect(text.slice(end).trim()).toBe('');
        expect(rankSentences(text)).toEqual(ranked);
      }),
      { numRuns: 500 },
    );
  });

  test('nothing, one sentence and the same sentence a hundred times break nothing', () => {
    expect(rankSentences('')).toEqual([]);
    expect(rankSentences(' \n\u3000')).toEqual([]);
    expect(rankSentences('One bridge.')).toEqual([{ start: 0, end: 11, text: 'One bridge.', score: expect.closeTo(0.15, 10) }]);
    for (const { score } of rankSentences('One bridge.\n'.repeat(100))) expect(score).toBeCloseTo(1, 6);
  });

  test.each([
    ['sentences that share words', 'The council of Bern voted on the bridge, the river and 12 other matters today. '.repeat(13_000)],
    ['Chinese sentences', '市议会今天就新大桥的方案和预算进行了讨论并投票。'.repeat(40_000)],
    ['one line without an end', 'harbour crane quay '.repeat(55_000)],
    ['one Chinese line without an end', '港务局决定重建东码头'.repeat(100_000)],
    ['full stops', '. '.repeat(500_000)],
    ['halves of characters', '\ud83d'.repeat(1_000_000)],
  ])('a megabyte of %s takes seconds', (_, text) => {
    const started = performance.now();
    const ranked = rankSentences(text);
    expect(performance.now() - started).toBeLessThan(10_000);
    for (const sentence of ranked) expect(sentence.text.length).toBeLessThanOrEqual(400);
  });
});
