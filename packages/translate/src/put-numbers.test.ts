import { findFacts } from '@glm-tasks/task';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { putNumbers } from './put-numbers.ts';

test.each([
  ['年营业额 100 亿欧元（147亿美元）', 'en', '年营业额 10 billion欧元（14.7 billion美元）'],
  ['收集 120 万个签名', 'en', '收集 1.2 million个签名'],
  ['3万人', 'en', '30,000人'],
  ['a revenue of $14.7 billion and 30 thousand people', 'zh', 'a revenue of $147亿 and 3万 people'],
  ['35° 以东，2008 年，120 人', 'en', '35° 以东，2008 年，120 人'],
  ['120 万个签名', 'fr', '120 万个签名'],
])('%s, to %s', (text, to, put) => {
  expect(putNumbers(text, to)).toBe(put);
});

test('the number stays the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99_999 }), fc.constantFrom('万', '亿'), (count, unit) => {
      const values = (text: string) => findFacts(text).filter(({ kind }) => kind === 'number').map(({ value }) => value);
      const text = `共 ${count} ${unit}元`;
      expect(values(putNumbers(text, 'en'))).toEqual(values(text));
    }),
  );
});
