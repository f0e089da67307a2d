import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimatePrompt, estimateTokens } from './estimate-tokens.ts';

describe('estimateTokens', () => {
  // Counted with the tokenizer of Qwen2.5.
  it.each([
    ['北京市统计局18日发布的数据显示，2023年前三季度，全市实现地区生产总值31723.1亿元，按不变价格计算，同比增长5.1%。其中，第一产业增加值72.1亿元，下降3.4%；第二产业增加值4562.5亿元，增长0.2%。专家表示，经济运行总体平稳，居民消费稳步恢复。', 86, 1.75],
    ['北冥有魚，其名為鯤。鯤之大，不知其幾千里也。化而為鳥，其名為鵬。鵬之背，不知其幾千里也；怒而飛，其翼若垂天之雲。', 58, 1.2],
    ['Die Würde des Menschen ist unantastbar. Sie zu achten und zu schützen ist Verpflichtung aller staatlichen Gewalt.', 32, 1.3],
    ['सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है', 77, 1.3],
    ['https://example.com/a/b?c=d&e=f1234567890#abcDEF_ghiJKL', 28, 1.4],
    ['cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046', 53, 1.2],
  ])('is at least the true count of %s, and not far above', (text, counted, most) => {
    expect(estimateTokens(text)).toBeGreaterThanOrEqual(counted);
    expect(estimateTokens(text)).toBeLessThanOrEqual(counted * most);
  });

  it('counts nothing in an empty text, and something in any other', () => {
    expect(estimateTokens('')).toBe(0);
    fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => estimateTokens(text) >= 1));
  });

  it('never falls when text is added', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(' 你', ' a', '1', '.'), (text, more) => estimateTokens(text + more) >= estimateTokens(text)));
  });

  it('adds what a chat template puts around messages', () => {
    const content = 'Hello there.';
    expect(estimatePrompt([{ role: 'system', content }, { role: 'user', content }])).toBeGreaterThan(2 * estimateTokens(content) + 8);
  });
});
