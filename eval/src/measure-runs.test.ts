import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureRuns } from './measure-runs.ts';

describe('measureRuns', () => {
  it('counts runs of four words that come again, whatever their marks and case', () => {
    expect(measureRuns('One two three four five. One, two: THREE “four” five!', 'en')).toBeCloseTo(2 / 7);
    expect(measureRuns('a b c d e f g h', 'en')).toBe(0);
    expect(measureRuns('the well-known cat’s tail', 'en')).toBe(0);
    expect(measureRuns('go on '.repeat(50), 'en')).toBeCloseTo(95 / 97);
  });

  it('counts runs of four characters in Chinese', () => {
    expect(measureRuns('她点亮了灯。她，点亮了！', 'zh')).toBeCloseTo(1 / 6);
    expect(measureRuns('天地玄黄宇宙洪荒', 'zh')).toBe(0);
  });

  it('of a text too short for two runs nothing comes again', () => {
    for (const text of ['', '…', 'one two three', 'one two three four']) expect(measureRuns(text, 'en')).toBe(0);
    expect(measureRuns('春夏秋冬', 'zh')).toBe(0);
  });

  it('is a share, and a text said twice has at least nearly half of it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('lamp', 'night', 'she', 'lit', '灯', '夜'), { minLength: 8, maxLength: 60 }), fc.constantFrom('en', 'zh'), (words, language) => {
        const text = words.join(' ');
        const once = measureRuns(text, language);
        expect(once).toBeGreaterThanOrEqual(0);
        expect(once).toBeLessThan(1);
        const runs = (language === 'zh' ? words.join('').length : words.length) - 3;
        expect(measureRuns(`${text}. ${text}`, language)).toBeGreaterThanOrEqual(runs / (2 * runs + 3) - 1e-9);
      }),
    );
  });
});
