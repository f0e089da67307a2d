import { expect, test } from 'vitest';
import { readGlossary } from './read-glossary.ts';

test('commas or tabs, quotes, a header, comments, terms that stay', () => {
  expect(readGlossary('\ufeffsource,target\r\nferry,轮渡\n# no term\n\n"Smith, Jones ""&"" Co",史密斯\nKestrel,=\nHull,,keep\n')).toEqual([
    { source: 'ferry', target: '轮渡' },
    { source: 'Smith, Jones "&" Co', target: '史密斯' },
    { source: 'Kestrel', keep: true },
    { source: 'Hull', keep: true },
  ]);
  expect(readGlossary('tide table\t潮汐表, 潮表\n')).toEqual([{ source: 'tide table', target: '潮汐表, 潮表' }]);
  expect(readGlossary('')).toEqual([]);
});

test.each([
  ['ferry', /line 1: "ferry" has no translation/],
  ['a,b\n,轮渡', /line 2: it has no term/],
  ['"ferry,轮渡', /line 1/],
])('%j is refused, naming the line', (text, message) => {
  expect(() => readGlossary(text)).toThrow(message);
});
