import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createUtteranceMatcher } from './match-utterances.ts';

const intents = [
  { label: 'refund', examples: ['I want my money back', 'How do I return this item?', '我想退货', '怎么申请退款'] },
  { label: 'delivery', examples: ['Where is my parcel?', 'When will my order arrive?', '快递到哪里了', '什么时候发货'] },
  { label: 'invoice', examples: ['I need an invoice', '可以开发票吗'] },
];

describe('createUtteranceMatcher', () => {
  test('knows an example again, whatever its case and marks', async () => {
    const matcher = await createUtteranceMatcher(intents);
    for (const { label, examples } of intents) {
      for (const example of examples) {
        const [best] = await matcher.match(` ${example.toUpperCase()}!! `);
        expect(best).toMatchObject({ label, example, similarity: 1 });
        expect(best?.confidence).toBeGreaterThan(0.95);
      }
    }
  });

  test('takes a text in the other Chinese script for the same', async () => {
    const matcher = await createUtteranceMatcher(intents);
    expect((await matcher.match('快遞到哪裡了'))[0]).toMatchObject({ label: 'delivery', example: '快递到哪里了', similarity: 1 });
    expect(await matcher.match('開發票的時間')).toEqual(await matcher.match('开发票的时间'));
  });

  test('takes another wording for what it is nearest to, less surely', async () => {
    const matcher = await createUtteranceMatcher(intents);
    for (const [text, label] of [['my parcel, where is it', 'delivery'], ['returning an item', 'refund'], ['申请退货退款', 'refund'], ['发票怎么开', 'invoice']] as const) {
      const [best, second] = await matcher.match(text);
      expect(best?.label).toBe(label);
      expect(best?.confidence).toBeLessThan(0.99);
      expect(best?.confidence).toBeGreaterThan(second?.confidence ?? 0);
    }
  });

  test('is not sure of what is about something else', async () => {
    const matcher = await createUtteranceMatcher(intents);
    for (const text of ['今天天气怎么样', 'What a lovely day for a walk', '？？', '12345']) {
      expect((await matcher.match(text))[0]?.confidence ?? 0).toBeLessThan(0.5);
    }
    expect(await matcher.match('  ')).toEqual([]);
    expect(await (await createUtteranceMatcher([])).match('refund')).toEqual([]);
  });

  test('two labels with the same example are equally likely', async () => {
    const matcher = await createUtteranceMatcher([{ label: 'a', examples: ['Change my plan'] }, { label: 'b', examples: ['change my plan', 'other'] }]);
    const [first, second] = await matcher.match('change my plan');
    expect(first?.confidence).toBeCloseTo(second?.confidence ?? 0);
    expect(first?.confidence).toBeLessThanOrEqual(0.5);
  });

  test('with a model by what is meant, too', async () => {
    const embed = async (texts: string[]) => texts.map((text) => (/money|cash/.test(text) ? Float32Array.of(1, 0) : Float32Array.of(0, 1)));
    await using model = createModel(fakeEngine({ reply: () => '', embed }));
    expect(await (await createUtteranceMatcher(intents)).match('cash')).toEqual([]);
    const [best] = await (await createUtteranceMatcher(intents, { model })).match('cash');
    expect(best).toMatchObject({ label: 'refund', example: 'I want my money back' });
  });

  test('confidences are shares of one, in falling order, no more than asked for', async () => {
    const matcher = await createUtteranceMatcher(intents);
    const anyText = fc.array(fc.constantFrom('parcel', 'money', '退货', '发票', 'when', '，', 'xyz', '的'), { maxLength: 8 }).map((words) => words.join(' '));
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 1, max: 4 }), async (text, limit) => {
        const confidences = (await matcher.match(text, { limit })).map(({ confidence }) => confidence);
        expect(confidences.length).toBeLessThanOrEqual(limit);
        expect(confidences).toEqual([...confidences].sort((one, other) => other - one));
        expect(confidences.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('refuses labels that come twice or have no examples', async () => {
    await expect(createUtteranceMatcher([...intents, { label: 'refund', examples: ['x'] }])).rejects.toThrow('The label "refund" comes twice');
    await expect(createUtteranceMatcher([{ label: 'none', examples: [' '] }])).rejects.toThrow('The label "none" has no examples');
  });
});
