import { describe, expect, test } from 'vitest';
import { acceptsValue, checkSlots, readSlot } from './slots.ts';
import type { Slot } from './slots.ts';

const order: Slot = { name: 'order', question: '?', pattern: /SN(\d{4})/gi };
const colour: Slot = { name: 'colour', question: '?', values: { red: ['红色', '红', 'crimson'], blue: ['蓝色', '蓝'], 大红袍: [] } };

describe('a slot is read by rules', () => {
  test.each<[Slot, string, unknown]>([
    [order, '单号ＳＮ１２３４', { state: 'found', value: '1234' }],
    [order, 'sn1234 和 SN1234', { state: 'found', value: '1234' }],
    [order, 'SN1234 还是 SN5678', { state: 'ambiguous', values: ['1234', '5678'] }],
    [order, '不知道', { state: 'missing' }],
    [colour, '要红色的', { state: 'found', value: 'red' }],
    [colour, '不要红的，要蓝的', { state: 'found', value: 'blue' }],
    [colour, 'not the red, the blue ones', { state: 'found', value: 'blue' }],
    [colour, '红的或者蓝的', { state: 'ambiguous', values: ['red', 'blue'] }],
    [colour, '一饼大红袍', { state: 'found', value: '大红袍' }],
    [colour, 'a hundred reddish things', { state: 'missing' }],
    [colour, 'two Reds please', { state: 'found', value: 'red' }],
    [{ name: 'n', question: '?', pattern: /\d+/, accept: (value) => Number(value) < 10 }, '99 or 7', { state: 'found', value: '7' }],
    [{ name: 'free', question: '?' }, 'anything', { state: 'missing' }],
  ])('%o in %s', (slot, text, reading) => expect(readSlot(slot, text)).toEqual(reading));
});

test('a value from elsewhere must be one of the slot', () => {
  expect([acceptsValue(colour, 'red'), acceptsValue(colour, 'green'), acceptsValue(order, 'SN1'), acceptsValue({ name: 'free', question: '?' }, ' … ')]).toEqual([true, false, false, false]);
});

test('settings that cannot work are refused', () => {
  expect(() => checkSlots([order, { ...order }])).toThrow(/Two slots are called "order"/);
  expect(() => checkSlots([{ name: 'a', question: ' ' }])).toThrow(/no question/);
  expect(() => checkSlots([{ name: 'a', question: '?', values: [] }])).toThrow(/empty list/);
});
