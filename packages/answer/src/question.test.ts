import { describe, expect, it } from 'vitest';
import { hasWanted, readQuestion } from './question.ts';

describe('readQuestion', () => {
  it.each([
    ['青石桥是谁设计的？', 'person', ['青石桥', '设计']],
    ['請問青石橋建於哪一年？', 'date', ['青石桥建']],
    ['退货需要几天？', 'number', ['退货']],
    ['运费多少钱？', 'number', ['运费', '钱']],
    ['门店在什么地方？', 'place', ['门店']],
    ['为什么订单被取消了？', 'reason', ['订单', '取消']],
    ['iPhone 15 有保修吗', 'other', ['iphone', '15', '保修']],
    ['What year was Greystone Bridge built?', 'date', ['year', 'greystone', 'bridge', 'built']],
    ['How many days do I have to return shoes?', 'number', ['days', 'return', 'shoes']],
    ['Who designed it?', 'person', ['designed']],
    ['怎么样？', 'other', []],
  ])('reads %s', async (text, wanted, content) => {
    expect(await readQuestion(text)).toMatchObject({ wanted, content });
  });

  it('sees numbers and dates in a text, and claims to see nothing else', () => {
    expect([hasWanted('number', '共有三层'), hasWanted('number', 'twelve days'), hasWanted('number', '不能退货')]).toEqual([true, true, false]);
    expect([hasWanted('date', '民国初年'), hasWanted('date', 'every Monday'), hasWanted('date', '由何志明设计')]).toEqual([true, true, false]);
    expect([hasWanted('person', '桥'), hasWanted('reason', '桥')]).toEqual([undefined, undefined]);
  });
});
