import { expect, test } from 'vitest';
import { bleu } from './bleu.ts';

test('gives the figures of sacreBLEU 2.6', () => {
  const english = ['The cat sat on the mat, and it was 3.5 m long - "nice".', 'Scientists say U.S. birds fly south in 1,200 days & nights.'];
  const englishReferences = ['A cat was sitting on the mat; it was 3.5 metres long, "nice".', 'Scientists believe the birds of the U.S. fly south for 1,200 days and nights.'];
  expect(bleu(english, englishReferences, '13a')).toBeCloseTo(24.119899076435036, 8);
  const chinese = ['他们说，新公园（2024年）将于明年春天开放。', '公司利润增长了12%，达到3.4亿元。'];
  const chineseReferences = ['据说新的公园将在明年春天向公众开放（2024年）。', '这家公司的利润增长 12%，达 3.4 亿元。'];
  expect(bleu(chinese, chineseReferences, 'zh')).toBeCloseTo(35.820906450369385, 8);
  expect(bleu(['a b c d e'], ['a x c y e'], '13a')).toBeCloseTo(14.058533129758727, 8);
});

test('is 100 for the same text and 0 where nothing was said', () => {
  expect(bleu(['a b c d e'], ['a b c d e'], '13a')).toBeCloseTo(100, 8);
  expect(bleu([''], ['a b c d e'], '13a')).toBe(0);
});
