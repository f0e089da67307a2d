import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyQuote } from './verify-quote.ts';

describe('verifyQuote', () => {
  it.each([
    ['青石桥建于1952年', '据载，青石桥建于1952年，全长三百米。', 'exact', '青石桥建于1952年'],
    ['青石桥建于１９５２年,全长三百米', '据载，青石桥建于1952年，全长三百米。', 'repaired', '青石桥建于1952年，全长三百米'],
    ['"青石桥" 全长 三百米', '据载，「青石桥」全长三百米。', 'repaired', '青石桥」全长三百米'],
    ['Opened in 1952 , by Ho', 'It was opened in 1952, by Ho.', 'repaired', 'opened in 1952, by Ho'],
    ['The cafe\u0301 is shut.', 'the caf\u00e9  is\nshut.', 'repaired', 'the caf\u00e9  is\nshut.'],
    ['about 1,200 metres', 'It is about 1200 metres long.', 'repaired', 'about 1200 metres'],
  ])('finds %s', (quote, text, state, found) => {
    const verified = verifyQuote(quote, text);
    expect(verified).toMatchObject({ state, text: found });
    expect(text.slice(verified.start, verified.end)).toBe(found);
  });

  it.each([
    ['cat', 'The category is full.'],
    ['CAT', 'The category is full.'],
    ['it costs 15 yuan', 'It costs 1.5 yuan.'],
    ['about 5 of them', 'about 5% of them'],
    ['at 830', 'at 8:30'],
    ['青石桥建于1951年', '青石桥建于1952年。'],
    ['', 'text'],
    ['…', 'text…'],
    ['12', '1123'],
    ['e', 'e\u0301'],
    ['青石桥全长三百米', '青石桥建于1952年，全长三百米。'],
  ])('does not find %s in %s', (quote, text) => {
    expect(verifyQuote(quote, text)).toEqual({ state: 'not_found', start: 0, end: 0, text: '' });
  });

  const unit = fc.constantFrom('a', 'B', 'é', 'e\u0301', '桥', '，', ',', ' ', '\n', '1', '.', '%', 'ﬁ', '각', '😀', '「', '１');
  const anyText = fc.string({ unit, maxLength: 30 });

  it('returns what stands in the text, whatever the quote', () => {
    fc.assert(
      fc.property(anyText, anyText, (quote, text) => {
        const verified = verifyQuote(quote, text);
        expect(text.slice(verified.start, verified.end)).toBe(verified.text);
        expect(verified.state === 'not_found').toBe(verified.text === '');
      }),
    );
  });

  it('finds again what was cut out at the bounds of words, in other white space, punctuation and case', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('桥', '青石', 'stone ', 'Ho. ', '，', '42 ', 'é '), { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat(), (words, from, size) => {
        const first = from % words.length;
        const part = words.slice(first, first + 1 + (size % words.length)).join('');
        fc.pre(/[\p{L}\p{N}]/u.test(part));
        const mangled = part.toUpperCase().normalize('NFD').replaceAll('，', ' , ').replaceAll(' ', '  ');
        expect(verifyQuote(mangled, words.join('')).state).not.toBe('not_found');
      }),
    );
  });
});
