import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertChineseScript } from './chinese-script.ts';

const pairs = [
  ['理发店的头发，发展与发现。', '理髮店的頭髮，發展與發現。'],
  ['皇后以后，太后后来说。', '皇后以後，太后後來說。'],
  ['干净的干部在干燥的乾隆年间。', '乾淨的幹部在乾燥的乾隆年間。'],
  ['这山谷里的谷物，几公里之外的里程。', '這山谷裡的穀物，幾公里之外的里程。'],
  ['一只猫只有一条面包，没有面子。', '一隻貓只有一條麵包，沒有面子。'],
  ['复杂的反复，重复的答复。', '複雜的反覆，重複的答覆。'],
  ['范仲淹说的范围是什么？', '范仲淹說的範圍是什麼？'],
  ['他们看着著名的著作。', '他們看著著名的著作。'],
  ['一万种可能。', '一萬種可能。'],
  ['关系、联系与系统。', '關係、聯繫與系統。'],
  ['软件与信息不变，网络很慢。', '軟件與信息不變，網絡很慢。'],
] as const;

describe('convertChineseScript', () => {
  test.each(pairs)('%s <-> %s', async (simplified, traditional) => {
    expect(await convertChineseScript(simplified, 'Hant')).toBe(traditional);
    expect(await convertChineseScript(traditional, 'Hans')).toBe(simplified);
    expect(await convertChineseScript(simplified, 'Hans')).toBe(simplified);
    expect(await convertChineseScript(traditional, 'Hant')).toBe(traditional);
  });

  test.each([
    ['Hant', '余先生在台灣的雲端布置周日的朱砂，天后。'],
    ['Hant', '屋裏的床，為爲眾衆。'],
    ['Hans', '乾隆瞭望着，张著说：“藉此。”'],
    ['Hans', '么么哒，什么怎么？'],
    ['Hans', 'Nothing Chinese here. 👩🏽‍👧🏽 \ud800'],
    ['Hant', ''],
    ['Hant', '三天后'],
  ] as const)('leaves to %s what is in it: %s', async (to, text) => {
    expect(await convertChineseScript(text, to)).toBe(text);
  });

  test('a stray sentence in the other script does not touch the others', async () => {
    expect(await convertChineseScript('余先生說過這個，後來沒有發現問題。这是国家的事。他們還在台灣開會。', 'Hant')).toBe('余先生說過這個，後來沒有發現問題。這是國家的事。他們還在台灣開會。');
  });

  const anyText = fc.array(fc.oneof(fc.constantFrom(...pairs.flat(), ...'发發髮后後里裡裏干乾幹着著么麼只隻', '。', '\n', ' ', 'abc', '👩🏽‍👧🏽', '\ud800', '\u{20000}'), fc.stringMatching(/^[一-龥]{1,6}$/)), { maxLength: 20 }).map((parts) => parts.join(''));

  test('what was converted is left as it is, and nothing but ideographs has changed, one for one', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.constantFrom('Hans' as const, 'Hant' as const), async (text, to) => {
        const converted = await convertChineseScript(text, to);
        expect(await convertChineseScript(converted, to)).toBe(converted);
        const others = (part: string) => part.replace(/\p{Script=Han}/gu, '字');
        expect(others(converted)).toBe(others(text));
      }),
      { numRuns: 1_000 },
    );
  });
});
