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

test('JSON: a list of terms, or an object of them', () => {
  const terms = [{ source: 'ferry', target: '轮渡' }, { source: 'Kestrel', keep: true }];
  expect(readGlossary(`\ufeff${JSON.stringify(terms, null, 2)}`)).toMatchObject(terms);
  expect(readGlossary('{ "ferry": "轮渡", "Kestrel": "=", }')).toMatchObject(terms);
  expect(readGlossary('[]')).toEqual([]);
  expect(readGlossary('{name},{名字}\n')).toEqual([{ source: '{name}', target: '{名字}' }]);
  expect(() => readGlossary('[\n{ "source": "ferry", "target": }\n]')).toThrow(/line 2/);
  expect(() => readGlossary('[{ "source": "ferry" }]')).toThrow(/entry 1, .*give a "target"/);
  expect(() => readGlossary('{ "ferry": 3 }')).toThrow(/entry 1/);
});
