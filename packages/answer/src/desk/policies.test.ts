import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyPolicies, findBroken, refuseForbidden } from './policies.ts';
import type { Policy } from './policies.ts';

const promises: Policy = { name: 'promises', forbid: /保证.{0,6}退款|guarantee/iu, replacement: '以审核为准。' };

test('a sentence that breaks a policy is replaced, the others stay as they are', () => {
  expect(applyPolicies('您好。我们保证给您退款。七天内可以退货。', [promises])).toEqual({ text: '您好。以审核为准。七天内可以退货。', broken: ['promises'], handover: false, kept: true });
  expect(applyPolicies('We guarantee it. Seven days.', [{ name: 'p', forbid: /guarantee/i }])).toMatchObject({ text: 'Seven days.', kept: true });
  expect(applyPolicies('我们保证退款！', [promises])).toMatchObject({ text: '以审核为准。', kept: false });
});

test('a promise spread over two sentences, or made by what was taken out, is found', () => {
  const across: Policy = { name: 'across', forbid: /保证。?\s*退款/u };
  expect(applyPolicies('我们保证。退款给您。', [across])).toMatchObject({ text: '', kept: false, broken: ['across'] });
  expect(applyPolicies('我们保证。这是机密。退款给您。', [across, { name: 'secret', forbid: /机密/u }])).toMatchObject({ text: '', broken: ['secret', 'across'] });
});

test('a policy may hand over, and may be a function', () => {
  expect(applyPolicies('可以。进价是三元。', [{ name: 'cost', forbid: /进价/u, action: 'handover' }])).toMatchObject({ text: '', handover: true });
  expect(applyPolicies('One. Two words here.', [{ name: 'short', forbid: (text) => text.split(' ').length > 3 }])).toMatchObject({ broken: ['short'] });
});

test('width, white space, invisible characters and a global flag let nothing through', () => {
  for (const text of ['保证\u200b给您退款', '保 证 给 您 退 款', '保证\u2060给\ufeff您\u00ad退款', 'ＧＵＡＲＡＮＴＥＥ', '保证\n退款']) expect(findBroken(text, [promises])?.name).toBe('promises');
  const global: Policy = { name: 'g', forbid: /退款/gu };
  expect([findBroken('退款', [global]), findBroken('退款', [global])]).toEqual([global, global]);
});

test('nothing forbidden comes out of any text', () => {
  const piece = fc.constantFrom('保', '证', '退', '款', '保证', '退款', '。', '！', ' ', '\n', '\u200b', '您好', 'guarantee', 'GUAR', 'antee', '进价', 'a. ');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const policies: Policy[] = [promises, { name: 'cost', forbid: /进价/u }];
      expect(findBroken(applyPolicies(pieces.join(''), policies).text, policies)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test("the desk's own texts are looked at when it is made", () => {
  expect(() => refuseForbidden({ 'texts.zh.sorry': '我们保证退款' }, [promises])).toThrow(/texts\.zh\.sorry.*promises/);
});
