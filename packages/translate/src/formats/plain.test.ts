import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkStructure } from '../check-structure.ts';
import { parseDocument } from '../parse-document.ts';
import { anyTexts, asFile, documentOf } from '../testing/arbitrary.ts';
import { retextAll } from '../testing/retext.ts';
import { widthOf } from './line-breaks.ts';

const parse = (text: string) => parseDocument(text, 'plain', { to: 'zh' });
const pieces = ['A line of words. ', 'and it goes on over the whole width of a long line ', '\n', '\n', '\n\n', '\r', '- item ', '1. ', '  ', '\t', '中文一行，', '\u200b', '\u200f', 'שלום ', '{name}', '\uFEFF'];
const isMessage = (text: string) => !/,\s*(?:plural|select)/.test(text);

describe('parseDocument of plain text', () => {
  test('gives the text back byte for byte, and has the same paragraphs with any words in it', () => {
    fc.assert(
      fc.property(asFile(documentOf(pieces)).filter(isMessage), anyTexts, (text, texts) => {
        const document = parse(text);
        expect(document.render(new Map())).toBe(text);
        expect(document.render(new Map(document.segments.map(({ id, source }) => [id, source])))).toBe(text);
        const written = retextAll(document, texts);
        expect(checkStructure(text, written, 'plain').filter((issue) => /paragraph/.test(issue))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('has a segment a line, without indents and list marks', () => {
    expect(parse('Title\n\n  - One {x}\n  2) Two\r\n{y}\n\n').segments.map(({ source, translatable }) => [source, translatable])).toEqual([['Title', true], ['One {x}', true], ['Two', true], ['{y}', false]]);
  });

  test('takes a paragraph broken at a fixed width as one, and breaks its translation there', () => {
    const text = '    This is a paragraph that somebody has broken by hand at a width\n    of some seventy columns, as letters and books of old are, so that\n    its sentences go over lines.\n';
    const document = parse(text);
    expect(document.segments.map(({ source, place }) => [source, place])).toEqual([['This is a paragraph that somebody has broken by hand at a width of some seventy columns, as letters and books of old are, so that its sentences go over lines.', 'lines 1-3']]);
    const written = document.render(new Map([['1', '这是一个手工断行的段落，宽度大约七十列，就像从前的信件和书籍一样，所以它的句子会跨越几行。'.repeat(2)]]));
    expect(written.split('\n').every((line) => widthOf(line) <= 70 && (line === '' || line.startsWith('    ')))).toBe(true);
    expect(written.replace(/\s/g, '')).toBe('这是一个手工断行的段落，宽度大约七十列，就像从前的信件和书籍一样，所以它的句子会跨越几行。'.repeat(2));
  });

  test('keeps what has no words: blank lines, a text of placeholders, invisible characters', () => {
    const text = '\uFEFF\u200b\r\n{a}{b} %s\r\n\t\r\nשלום\u200f\r\n';
    const document = parse(text);
    expect(document.segments.map(({ source, translatable }) => [source, translatable])).toEqual([['{a}{b} %s', false], ['שלום\u200f', true]]);
    expect(document.render(new Map([['4', '你好']]))).toBe('\uFEFF\u200b\r\n{a}{b} %s\r\n\t\r\n你好\r\n');
  });

  test('keeps a target to its line, and ignores a blank one', () => {
    expect(parse('One\nTwo').render(new Map([['1', ' 一\n\n二 '], ['2', '  ']]))).toBe('一 二\nTwo');
  });
});
