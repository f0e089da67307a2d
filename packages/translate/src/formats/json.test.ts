import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkStructure } from '../check-structure.ts';
import { parseDocument } from '../parse-document.ts';
import { anyText, anyTexts } from '../testing/arbitrary.ts';
import { retextAll } from '../testing/retext.ts';
import { readShape } from './shapes.ts';

const parse = (text: string) => parseDocument(text, 'json', { to: 'zh' });

const value = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.oneof(anyText, fc.string(), fc.string({ unit: 'grapheme' })), fc.constantFrom(1, true, null), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.string({ maxLength: 5 }), tie('value'), { maxKeys: 4 })),
})).value;
const isMessage = (text: string): boolean => !/\{[^{}]*,\s*(?:plural|select)/.test(text);
const file = fc.tuple(value, fc.constantFrom(undefined, 2, '\t'), fc.boolean()).map(([value, indent, hasCrlf]) => {
  const text = `${JSON.stringify(value, null, indent)}\n`;
  return hasCrlf ? text.replaceAll('\n', '\r\n') : text;
}).filter(isMessage);

describe('parseDocument of JSON', () => {
  test('gives the file back byte for byte, and with other words has the same keys and values', () => {
    fc.assert(
      fc.property(file, anyTexts, (text, texts) => {
        const document = parse(text);
        expect(document.render(new Map())).toBe(text);
        expect(document.render(new Map(document.segments.map(({ id, source }) => [id, source])))).toBe(text);
        expect(readShape(retextAll(document, texts), 'json')).toEqual(readShape(text, 'json'));
      }),
      { numRuns: 500 },
    );
  });

  test('writes any text so that it reads back as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (target) => {
        fc.pre(target.trim() !== '' && !/[\r\n\u2028\u2029]/.test(target));
        const written: unknown = JSON.parse(parse('{ "a": "Text" }').render(new Map([['a', target]])));
        expect(written).toEqual({ a: target.trim() });
      }),
    );
  });

  test('finds texts at any depth, in order, each with its path and line', () => {
    const text = '{\n  "a": { "b": ["One", 2, "Two\\nlines"] },\n  "n": 1, "@a": { "description": "no" },\n  "url": "https://a.b", "a.b": "x {y}"\n}';
    expect(parse(text).segments.map(({ id, source, place, translatable }) => [id, source, place, translatable])).toEqual([
      ['a.b[0]', 'One', 'line 2, a.b[0]', true],
      ['a.b[2]:1', 'Two', 'line 2, a.b[2]', true],
      ['a.b[2]:2', 'lines', 'line 2, a.b[2]', true],
      ['url', 'https://a.b', 'line 4, url', false],
      ['a.b', 'x {y}', 'line 4, a.b', true],
    ]);
  });

  test('leaves notes for translators alone', () => {
    const text = '{ "a": { "message": "Text", "description": "A note" }, "b": { "description": "A text" } }';
    expect(parse(text).segments.map(({ id }) => id)).toEqual(['a.message', 'b.description']);
  });

  test('keeps duplicate keys apart, and everything around the texts', () => {
    const text = '\uFEFF{ "a" : "One",\r\n\t"a":"Two" /* note */ }';
    const document = parse(text);
    expect(document.segments.map(({ id }) => id)).toEqual(['a', 'a#2']);
    expect(document.render(new Map([['a#2', '二']]))).toBe('\uFEFF{ "a" : "One",\r\n\t"a":"二" /* note */ }');
  });

  test.each([
    ['{\n  "a": "x",\n  "b": \n}', 4],
    ['{\n  "a": "x"\n  "b": "y"\n}', 3],
    ['{ "a": "x', 1],
    ['', 1],
    ['{\n "a": "{n, plural, one {x}"\n}', 2],
    ['{ "a": "ok" }\n{ "b": 1 }', 2],
    ['['.repeat(200_000), 1],
  ])('names the line of what is wrong with %#', (text, line) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'invalid_input', details: expect.objectContaining({ line }), message: expect.stringContaining(`line ${line}`) }));
  });

  test('reads 50,000 lines in seconds', () => {
    const text = `{\n${Array.from({ length: 50_000 }, (_, index) => `  "key${index}": "Text number ${index} with {name} and <b>bold</b> words."`).join(',\n')}\n}`;
    // Time of the processor: the machine may be busy.
    const start = process.cpuUsage();
    const document = parse(text);
    expect(document.segments).toHaveLength(50_000);
    expect(document.render(new Map(document.segments.map(({ id }) => [id, '译文'])))).toContain('"key49999": "译文"');
    expect(process.cpuUsage(start).user).toBeLessThan(10_000_000);
  }, 120_000);
});

describe('checkStructure of JSON', () => {
  test.each([
    ['{ "a": "Hi {name}" }', '{ "a": "你好" }', ['line 1, a: {name} is missing']],
    ['{ "a": "Hi", "b": "Yo" }', '{ "a": "你好" }', ['the document > b text is missing', 'line 1, b: the text is missing']],
    ['{ "a": "Hi" }', '{ "a": 1 }', ['the document > a text is missing', 'the document > a 1 is not in the source', 'line 1, a: the text is missing']],
    ['{ "a": "{n, plural, one {# file} other {# files}}" }', '{ "a": "{n, plural, other {#个文件}}" }', []],
    ['{ "a": "Hi" }', '{ "a": "你好', ['The JSON is not valid at line 1: unexpected end of string.']],
  ])('tells of %j and %j', (source, target, issues) => {
    expect(checkStructure(source, target, 'json')).toEqual(issues);
  });
});
