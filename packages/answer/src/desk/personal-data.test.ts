import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasUnknownPlaceholder, keepMentioned, maskPersonalData, restorePersonalData } from './personal-data.ts';

const mask = (text: string) => maskPersonalData(text).text;

describe('what is masked', () => {
  test.each([
    ['我的手机是13800138000，请回电', '我的手机是[PHONE_1]，请回电'],
    ['打 138 0013 8000 或 139-1234-5678', '打 [PHONE_1] 或 [PHONE_2]'],
    ['电话+86 13800138000', '电话[PHONE_1]'],
    ['全角１３８００１３８０００也算', '全角[PHONE_1]也算'],
    ['打013800138000', '打[PHONE_1]'],
    ['座机 0571-87654321', '座机 [PHONE_1]'],
    ['身份证11010519491231002X', '身份证[ID_CARD_1]'],
    ['身份证 110105 19491231 002x 的', '身份证 [ID_CARD_1] 的'],
    ['卡号6222 0212 3456 7890 128', '卡号[BANK_CARD_1]'],
    ['卡号4111111111111111', '卡号[BANK_CARD_1]'],
    ['写信到 li.lei+tea@example.com.cn。', '写信到 [EMAIL_1]。'],
    ['全角ｌｉ＠ｅｘａｍｐｌｅ．ｃｏｍ', '全角[EMAIL_1]'],
    ['call (415) 555-0132 or +44 20 7946 0958', 'call [PHONE_1] or [PHONE_2]'],
    ['13800138000 13912345678', '[PHONE_1] [PHONE_2]'],
    ['13800138000，就是13800138000', '[PHONE_1]，就是[PHONE_1]'],
  ])('%s', (text, masked) => {
    expect(mask(text)).toBe(masked);
    const { text: result, known } = maskPersonalData(text);
    expect(restorePersonalData(result, known)).toBe(text);
  });
});

describe('what is not', () => {
  test.each([
    '订单号20261124001', '2026-11-24 18:30', '买3个，一共1,280.50元', '身份证110105194912310021', '身份证110105194913310021',
    '卡号6222021234567890129', '0000000000000000', '1380013800', '@example', 'a@b', '客服热线400-820-8820', '型号X-100 20 30',
  ])('%s', (text) => expect(mask(text)).toBe(text));
});

test('a text comes back exactly, whatever it is, over many turns', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('13800138000', '１３８00138000', '11010519491231002X', '4111 1111 1111 1111', 'a@b.cn', '[PHONE_1]', '[TEXT_1]', '[EMAIL_12]', ' ', '-', '+', '(', '86', '1', '[', '_1]'),
  );
  const turn = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 5 }), (turns) => {
      let known = {};
      const masked = turns.map((text) => {
        const result = maskPersonalData(text, known);
        known = result.known;
        return result.text;
      });
      expect(masked.map((text) => restorePersonalData(text, known))).toEqual(turns);
      for (const text of masked) expect(hasUnknownPlaceholder(text, known)).toBe(false);
    }),
  );
});

test('a mobile number never stays, whatever stands around it', () => {
  const around = fc.string({ unit: 'grapheme' }).filter((text) => !/[\d\uff10-\uff19]/.test(text));
  const mobile = fc.tuple(fc.constantFrom('13', '15', '18', '19'), fc.stringMatching(/^\d{9}$/)).map((parts) => parts.join(''));
  fc.assert(
    fc.property(around, mobile, around, (before, number, after) => {
      expect(mask(before + number + after)).not.toContain(number);
    }),
  );
});

test('numbers go on where they were, and those nobody speaks of any more are dropped', () => {
  const first = maskPersonalData('13800138000');
  const second = maskPersonalData('13912345678', first.known);
  expect(second.text).toBe('[PHONE_2]');
  expect(keepMentioned(second.known, ['打给[PHONE_2]'])).toEqual({ '[PHONE_2]': '13912345678' });
  expect(maskPersonalData('15012345678', keepMentioned(second.known, ['[PHONE_2]'])).text).toBe('[PHONE_3]');
});

test('a placeholder made up by a model is told', () => {
  expect(hasUnknownPlaceholder('请拨打[PHONE_9]', { '[PHONE_1]': '13800138000' })).toBe(true);
  expect(hasUnknownPlaceholder('请拨打[PHONE_1]', { '[PHONE_1]': '13800138000' })).toBe(false);
});

test('a long run of digits takes no time', () => {
  const started = performance.now();
  mask('1 '.repeat(20_000) + 'a'.repeat(20_000) + '@');
  expect(performance.now() - started).toBeLessThan(2_000);
});
