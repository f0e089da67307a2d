import fc from 'fast-check';
import { expect, test } from 'vitest';
import { weigh } from './languages.ts';
import { maskText } from './mask.ts';
import { cutAtMarks, cutPieces, gapBetween, hideOriginals, showOriginals } from './split-source.ts';

const part = fc.constantFrom('The ferry leaves. ', 'It comes back! ', '渡轮出发了。', '{name} ', '<1>', '</1>', '<2/>', 'at 8:30 ', '\n', '🎉', '。', 'Mr. Smith ');
const text = fc.array(part, { minLength: 1, maxLength: 30 }).map((parts) => parts.join(''));

test('pieces and stretches join to the text exactly, and take their marks with them', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 200 }), (source, most) => {
      const masked = maskText(source);
      const pieces = cutPieces(masked, most);
      expect(pieces.map((piece) => piece.text).join('')).toBe(masked.text);
      expect(pieces.flatMap(({ masks }) => masks)).toEqual(masked.masks);
      expect(`${masked.before}${pieces.map((piece) => piece.source).join('')}${masked.after}`).toBe(source);
      expect(cutAtMarks(masked).join('')).toBe(masked.text);
    }),
  );
});

test('originals go into their places and come back as marks', () => {
  fc.assert(
    fc.property(text, (source) => {
      const masked = maskText(source);
      const { text: shown } = showOriginals(masked);
      expect(`${masked.before}${shown}${masked.after}`).toBe(source);
      const hidden = hideOriginals(shown, masked);
      expect(showOriginals({ ...masked, text: hidden }).text).toBe(shown);
    }),
  );
  const masked = maskText('{a} and {ab} and {a}!');
  const [one, two, three] = masked.masks.map(({ mark }) => mark);
  expect(hideOriginals('{ab}、{a}和{a}！', masked)).toBe(`${two}、${one}和${three}！`);
});

test('pieces end at sentences and are no longer than they may be, if their sentences are not', () => {
  const pieces = cutPieces(maskText('The ferry leaves the harbour. It comes back in the evening. Nobody knows why.'), 50);
  expect(pieces.map(({ text }) => text)).toEqual(['The ferry leaves the harbour. It comes back in the evening. ', 'Nobody knows why.']);
  for (const piece of pieces) expect(weigh(piece.text)).toBeLessThanOrEqual(50);
});

test('what stands between an opening and a closing tag stays together', () => {
  const pieces = cutPieces(maskText('First. <1>Second one. Third one.</1> Fourth.'), 1);
  expect(pieces.map(({ source }) => source)).toEqual(['First. ', '<1>Second one. Third one.</1> Fourth.']);
});

test('sentences are set apart as the language does it, and line breaks stay', () => {
  expect(gapBetween('One. ', 'Two.', 'zh')).toBe('');
  expect(gapBetween('一。', '二。', 'en')).toBe(' ');
  expect(gapBetween('一。\n', '二。', 'en')).toBe('\n');
});
