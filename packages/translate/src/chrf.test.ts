import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chrf } from './chrf.ts';

const english = ['The cat sat on the mat, and it was 3.5 m long - "nice".', 'Scientists say U.S. birds fly south in 1,200 days & nights.'];
const englishReferences = ['A cat was sitting on the mat; it was 3.5 metres long, "nice".', 'Scientists believe the birds of the U.S. fly south for 1,200 days and nights.'];
const chinese = ['他们说，新公园（2024年）将于明年春天开放。', '公司利润增长了12%，达到3.4亿元。'];
const chineseReferences = ['据说新的公园将在明年春天向公众开放（2024年）。', '这家公司的利润增长 12%，达 3.4 亿元。'];

test('gives the figures of sacreBLEU 2.6', () => {
  expect(chrf(english, englishReferences)).toBeCloseTo(46.713818667207654, 8);
  expect(chrf(chinese, chineseReferences)).toBeCloseTo(38.52336959701146, 8);
  expect(chrf(english.slice(0, 1), englishReferences)).toBeCloseTo(44.01721238116787, 8);
});

test('is 100 for the same text, 0 for nothing in common, and between them else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== ''), fc.string(), (text, other) => {
      expect(chrf([text], [text])).toBeCloseTo(100, 8);
      const score = chrf([text], [other]);
      expect(score >= 0 && score <= 100.000001).toBe(true);
    }),
  );
  expect(chrf(['abc'], ['xyz'])).toBe(0);
  expect(chrf([''], ['xyz'])).toBe(0);
});
