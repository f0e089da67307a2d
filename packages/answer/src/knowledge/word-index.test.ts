import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWordIndex } from './word-index.ts';
import { stem, tokenize, tokenizeQuestion } from './tokenize.ts';

const anyTerms = fc.array(fc.constantFrom('tea', 'green', 'black', 'cup', '__proto__', '绿茶', '茶'), { maxLength: 12 });

function indexOf(documents: readonly string[][]) {
  const index = createWordIndex();
  for (const terms of documents) index.add(terms);
  return index;
}

describe('createWordIndex', () => {
  test('a term in fewer documents counts more, one that is nowhere most of all', () => {
    const { scores, coverages } = indexOf([['tea', 'green'], ['tea', 'black'], ['cup', 'tea']]).search(['green', 'tea']);
    expect(scores[0]).toBeGreaterThan(scores[1] as number);
    expect(coverages[0]).toBe(1);
    expect(coverages[1]).toBeLessThan(0.5);
    const missing = indexOf([['tea']]).search(['tea', 'coffee']).coverages[0] as number;
    expect(missing).toBeGreaterThan(0);
    expect(missing).toBeLessThan(0.5);
  });

  test('finds nothing in nothing, and nothing by no terms', () => {
    expect([...indexOf([]).search(['tea']).scores]).toEqual([]);
    expect([...indexOf([['tea']]).search([]).coverages]).toEqual([0]);
  });

  test('taking documents out leaves what building without them gives', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyTerms, fc.boolean()), { maxLength: 12 }), anyTerms, anyTerms, (documents, added, query) => {
        const index = indexOf(documents.map(([terms]) => terms));
        index.remove((document) => documents[document]?.[1] === true);
        index.add(added);
        const rebuilt = indexOf([...documents.filter(([, isRemoved]) => !isRemoved).map(([terms]) => terms), added]);
        expect(index.size).toBe(rebuilt.size);
        expect(index.search(query)).toEqual(rebuilt.search(query));
      }),
    );
  });

  test('coverage is a share', () => {
    fc.assert(
      fc.property(fc.array(anyTerms, { maxLength: 8 }), anyTerms, (documents, query) => {
        const { scores, coverages } = indexOf(documents).search(query);
        for (const [document, covered] of coverages.entries()) {
          expect(covered).toBeGreaterThanOrEqual(0);
          expect(covered).toBeLessThanOrEqual(1);
          expect(covered > 0).toBe((scores[document] as number) > 0);
        }
      }),
    );
  });
});

describe('tokenize', () => {
  test('whatever the width, the case and the ending', () => {
    expect(tokenize('ＡＰＰ Transfers')).toEqual(tokenize('app transferred'));
    expect(tokenize("the shop's orders")).toEqual(['the', 'shop', 'order']);
    expect(stem('running')).toBe(stem('runs'));
    expect(stem('2024')).toBe('2024');
  });

  test('finds words and pairs of characters in Chinese, and tells them from what stands beside', () => {
    const terms = tokenize('2024年iPhone支持七天无理由退货');
    expect(terms).toEqual(expect.arrayContaining(['2024', 'iphon', '退货', '理由', '由退']));
    expect(terms.filter((term) => term === '退货')).toHaveLength(1);
  });

  test('whatever the Chinese script', () => {
    expect(tokenize('網絡設備的啟動時間')).toEqual(tokenize('网络设备的启动时间'));
    expect(tokenizeQuestion('請問為什麼頭髮會掉嗎？')).toEqual(tokenizeQuestion('请问为什么头发会掉吗？'));
  });

  test('a question is looked for without what makes it one, unless nothing else is there', () => {
    expect(tokenizeQuestion('What is the price of tea?')).toEqual(tokenize('price tea'));
    expect(tokenizeQuestion('请问怎么退货呢？')).toEqual(tokenize('退货'));
    expect(tokenizeQuestion('为什么？').length).toBeGreaterThan(0);
    expect(tokenizeQuestion('？！')).toEqual([]);
  });

  test('a text without any mark takes no time that grows with its square', () => {
    const started = performance.now();
    expect(tokenize('天地'.repeat(50_000)).length).toBeGreaterThanOrEqual(99_999);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('takes any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => tokenize(text).every((term) => term !== '')));
  });
});
