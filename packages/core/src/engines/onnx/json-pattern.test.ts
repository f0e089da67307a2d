import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJsonPattern } from './json-pattern.ts';

const PATTERNS = [
  String.raw`^[A-Z]{3}-[0-9]{4}$`,
  String.raw`^\d{4}-\d{2}-\d{2}$`,
  String.raw`^.{1,5}$`,
  String.raw`^[^a]+\W\D$`,
  String.raw`^[!-~]{2}$`,
  String.raw`^(?:a|b"c|\\d)+?$`,
  String.raw`^"\n\t\/$`,
  String.raw`x|y`,
  'abc',
  '^abc',
  String.raw`^\x41\u0042\u{1F600}?$`,
  String.raw`^(?<year>\d{2})[\w\s\-\]]{3}$`,
];

describe('toJsonPattern', () => {
  it.each(PATTERNS)('what matches for %s is the inside of a JSON string that matches it', (source) => {
    const { pattern, exact } = toJsonPattern(source)!;
    expect(exact).toBe(true);
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(`^(?:${pattern})$`, 'u')).filter((inside) => !/[\u2028\u2029]/.test(inside)), (inside) => {
        const value = JSON.parse(`"${inside}"`) as string;
        expect(value).toMatch(new RegExp(source, 'u'));
      }),
    );
  });

  it('what matches in JavaScript matches here, as JSON writes it', () => {
    for (const [source, text] of [
      ['^[A-Z]{3}-[0-9]{4}$', 'ABC-1234'],
      ['^.{1,5}$', '你好 é😀'],
      [String.raw`^(?:a|b"c|\\d)+?$`, String.raw`ab"c\d`],
      [String.raw`^"\n\t\/$`, '"\n\t/'],
      ['abc', 'xxabcxx'],
      ['x|y', 'ayb'],
    ] as const) {
      expect(text).toMatch(new RegExp(source, 'u'));
      expect(JSON.stringify(text).slice(1, -1)).toMatch(new RegExp(`^(?:${toJsonPattern(source)!.pattern})$`, 'u'));
    }
  });

  it('leaves out looks ahead and says so', () => {
    expect(toJsonPattern(String.raw`^(?!\.)(?!.*\.\.)[a-z.]+(?<=[)(])$`)).toEqual({ pattern: String.raw`[\u002ea-z]+`, exact: false });
  });

  it('takes all that lies beyond ASCII for some of it, and says so', () => {
    expect(toJsonPattern(String.raw`^[a\u4e00-\u9fff]$`)).toEqual({ pattern: String.raw`[^\u0000-\u0060b-\u007f]`, exact: false });
    expect(toJsonPattern(String.raw`^\S.{1,99}$`)).toMatchObject({ exact: false });
  });

  it.each([String.raw`^(a)\1$`, String.raw`\bword\b`, String.raw`\p{L}+`, 'a^b', 'a$b', '^a|b$', '(', '[a', '[b-a]', '(?i:a)'])('gives up on %s', (source) => {
    expect(toJsonPattern(source)).toBeUndefined();
  });
});
