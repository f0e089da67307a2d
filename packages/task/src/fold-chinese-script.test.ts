import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertChineseScript } from './chinese-script.ts';
import { foldChineseScript } from './fold-chinese-script.ts';

const pairs = [
  ['网络设备的启动时间', '網絡設備的啟動時間'],
  ['里面，为了群众，着火', '裡面，為了羣眾，著火'],
  ['里面，为了群众，着火', '裏面，爲了群衆，着火'],
  ['头发与发展，后来的皇后', '頭髮與發展，後來的皇后'],
  ['干净的干部在干燥的乾隆年间', '乾淨的幹部在乾燥的乾隆年間'],
  ['了解计划，凭借答复', '瞭解計畫，憑藉答覆'],
  ['卫生间的台面', '衞生間的枱面'],
  ['什么，怎么，那么', '什麼，怎麽，那麼'],
] as const;

describe('foldChineseScript', () => {
  test.each(pairs)('%s and %s are one', (simplified, traditional) => {
    expect(foldChineseScript(traditional)).toBe(foldChineseScript(simplified));
  });

  test('everyday Simplified stays', () => {
    const text = '请问什么时候可以退货？才吃了一口，核对后的群，秘书为峰会张着嘴唇，杯子在床上。';
    expect(foldChineseScript(text)).toBe(text);
  });

  const anyText = fc.array(fc.oneof(fc.constantFrom(...pairs.flat(), '\ud800', '\u{20000}', 'Wi-Fi 6 '), fc.stringMatching(/^[一-龥]{1,6}$/), fc.string({ unit: 'binary' }))).map((parts) => parts.join(''));

  test('is done at once, leaves as many characters, and touches ideographs only', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const folded = foldChineseScript(text);
        expect(foldChineseScript(folded)).toBe(folded);
        const others = (part: string) => part.replace(/\p{Script=Han}/gu, '字');
        expect(others(folded)).toBe(others(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test('a text and what it is converted to are one', async () => {
    const words = fc.array(fc.constantFrom('设备', '头发', '皇后', '之后', '里程', '里面', '面条', '复杂', '回复', '台风', '松树', '放松', '系统', '联系', '钟表', '表达', '一只', '只有', '干杯', '著名', '看着', '余额', '我的'), { maxLength: 12 }).map((parts) => parts.join('，'));
    await fc.assert(
      fc.asyncProperty(words, async (text) => {
        expect(foldChineseScript(await convertChineseScript(text, 'Hant'))).toBe(foldChineseScript(text));
      }),
    );
  });
});
