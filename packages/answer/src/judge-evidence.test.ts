import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strengthOf } from './gate-evidence.ts';
import { judgeEvidence } from './judge-evidence.ts';
import { readQuestion, toMatchForm } from './question.ts';

const judge = async (question: string, text: string) => judgeEvidence(await readQuestion(question), await toMatchForm(text));

describe('judgeEvidence', () => {
  it('finds what a question is about, in other scripts, widths and forms of words', async () => {
    expect(await judge('青石桥是谁设计的？', '青石橋由何志明設計。')).toEqual({ coverage: 1, gap: 0, missing: [] });
    expect(await judge('Which engineers designed the bridges?', 'An engineer designs a bridge.')).toMatchObject({ coverage: 1, gap: 0 });
    expect(await judge('１９５２年发生了什么？', '1952年发生了地震')).toMatchObject({ missing: [] });
  });

  it('tells a name that is not there from a verb in other words', async () => {
    const text = '青石桥建于1952年，由何志明设计。';
    const right = await judge('青石桥的建造者是谁？', text);
    const wrong = await judge('枫叶渡口是谁设计的？', text);
    expect(right.gap).toBeLessThan(wrong.gap);
    expect(strengthOf(right)).toBeGreaterThan(strengthOf(wrong));
    expect((await judge('1953年建了什么桥？', text)).missing).toEqual(['1953年']);
  });

  it('stays between 0 and 1, whatever the texts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), async (question, text) => {
        const evidence = await judge(question, text);
        expect(evidence.coverage).toBeGreaterThanOrEqual(0);
        expect(evidence.coverage).toBeLessThanOrEqual(1);
        expect(strengthOf(evidence)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
