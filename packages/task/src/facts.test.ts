import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { findFacts } from './facts.ts';
import { findQuantities } from './quantities.ts';

const valuesOf = (text: string) => findFacts(text).map(({ value }) => value);
const kindsOf = (text: string) => findFacts(text).map(({ kind }) => kind);
/** Pieces that facts are made of, in orders nobody would write. */
const noise = fc.array(fc.oneof(fc.constantFrom('2024', '年', '5', '月', '3', '日', '一千二百', '万', '亿', '点', '分之', '第', ' ', ',', '.', '%', '-', ':', 'May', 'one', 'hundred', 'million', 'Dr', 'Bank of', 'GPT-4', '《', '》', '市', '北京', '大学', '１２', '😀', '\ud83d', '\n'), fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 24 }).map((pieces) => pieces.join(''));

describe('findFacts', () => {
  test.each([
    ['1200', ['1,200', '1200', '一千二百', '1.2 thousand', '１２００', '1.2k', 'twelve hundred', '1,200.00']],
    ['12000000', ['12 million', '1200万', '1,200 万', '一千二百万', '12M', 'twelve million', '$12 mn', '￥1200万元']],
    ['300000000', ['3 亿', '300,000,000', '三亿', '3億', 'three hundred million', '0.3 bn']],
    ['350000000', ['3亿5000万', '三亿五千万', '3.5亿', '350 million']],
    ['30%', ['30%', '３０％', '30 percent', 'thirty per cent', '百分之三十', '百分之30', '三成以上', '30个百分点']],
    ['1/3', ['三分之一', '1/3', 'one third', 'one-third']],
    ['250', ['二百五', '两百五十', 'two hundred and fifty', '250']],
    ['2024-05-03', ['2024-05-03', 'May 3, 2024', 'May 3rd 2024', '3 May 2024', '3rd of May, 2024', '2024年5月3日', '2024 年 5 月 3 号', '二〇二四年五月三日', '2024/5/3', '２０２４年５月３日']],
    ['2024-05', ['2024年5月', 'May 2024', '2024年五月份']],
    ['--05-03', ['May 3', '5月3日', '五月三号', '3 May']],
    ['T15:30', ['15:30', '3:30 pm', '3:30 p.m.', '下午三点半', '下午3点30分']],
  ])('%s, however it is written', (value, writings) => {
    for (const writing of writings) expect([writing, ...valuesOf(`共 ${writing} 。`)]).toEqual([writing, value]);
  });

  test('articles, ordinals, idioms and approximations are no numbers', () => {
    expect(['一个人和一些书，第一次，第三章', 'the one of the first and second, no one', '四川十分大，万一统一', '七八个，三四百', '二三线城市'].flatMap(valuesOf)).toEqual([]);
    expect(valuesOf('三个问题和两名医生，十二人')).toEqual(['3', '2', '12']);
    expect(valuesOf('three causes, twenty-one days, 5-10%')).toEqual(['3', '21', '5%', '10%']);
  });

  test('units are no scales, and a name keeps its number', () => {
    expect(valuesOf('3千米，5千瓦，2000年历史')).toEqual(['3', '5', '2000']);
    expect(kindsOf('We ran GPT-4 on the H100 against COVID-19.')).toEqual(['name', 'name', 'name']);
    expect(valuesOf('We may march on')).toEqual([]);
    expect(valuesOf('1.2.3')).toEqual(['1.2.3']);
    expect(valuesOf('9'.repeat(30))).toEqual(['9'.repeat(30)]);
  });

  test('names that the beginning of a sentence does not explain', () => {
    const names = (text: string) => findFacts(text).filter(({ kind }) => kind === 'name').map(({ text }) => text);
    expect(names('However, Dr David Blaney met the Bank of England. Costs rose. The US and John Smith’s team agreed.')).toEqual(['Dr David Blaney', 'Bank of England', 'US', 'John Smith']);
    expect(names('Berlin is large. He lives in Berlin.')).toEqual(['Berlin', 'Berlin']);
    expect(names('Profit grew. I think I will.')).toEqual([]);
    expect(names('Company Raises Prices Amid Strong Growth of NATO')).toEqual(['NATO']);
    expect(names('他在北京大学读《红楼梦》，杭州市的Rodrigues参数，该公司节省了')).toEqual(['北京大学', '《红楼梦》', '杭州市', 'Rodrigues']);
  });

  test('facts stand where they say, in order, without overlap; the loose search finds all that the strict one does', () => {
    fc.assert(
      fc.property(noise, (text) => {
        let end = 0;
        for (const fact of findFacts(text)) {
          expect(text.slice(fact.start, fact.end)).toBe(fact.text);
          expect(fact.start).toBeGreaterThanOrEqual(end);
          expect(fact.end).toBeGreaterThan(fact.start);
          expect(fact.value).not.toMatch(/undefined|NaN/);
          end = fact.end;
        }
        const loose = findQuantities(text, true).map(({ start, value }) => `${start} ${value}`);
        for (const { start, value } of findQuantities(text)) expect(loose).toContain(`${start} ${value}`);
      }),
      { numRuns: 2_000 },
    );
  });

  test('every whole number is read back from digits, commas, 万 and words', () => {
    fc.assert(
      fc.property(fc.integer({ min: 11, max: 99_999_999 }), (number) => {
        expect(valuesOf(`(${number})`)).toEqual([String(number)]);
        expect(valuesOf(`(${number.toLocaleString('en')})`)).toEqual([String(number)]);
        expect(valuesOf(`共${writeHan(number)}元`)).toEqual([String(number)]);
        expect(Number(valuesOf(`${number / 10_000}万`)[0])).toBe(number);
      }),
    );
  });

  test.each(['1', '1,111', '一', '十', '万', '1.', '1/', 'A', 'A ', 'one hundred ', 'million ', '《', '北京', '大学', '1-', 'May ', '1万', '\ud83d', '😀'])('100 KB of %j take no time', (unit) => {
    const started = performance.now();
    findFacts(unit.repeat(100_000 / unit.length));
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

function writeHan(number: number): string {
  const digits = '零一二三四五六七八九';
  if (number >= 10_000) {
    const rest = number % 10_000;
    return `${writeHan(Math.floor(number / 10_000))}万${rest === 0 ? '' : `${rest < 1_000 ? '零' : ''}${writeHan(rest)}`}`;
  }
  let text = '';
  for (const [index, digit] of [...String(number).padStart(4, '0')].entries()) {
    if (digit !== '0') text += `${digits[Number(digit)]}${['千', '百', '十', ''][index]}`;
    else if (text !== '' && !text.endsWith('零')) text += '零';
  }
  return text.replace(/零$/, '');
}
