import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument as parseTree, parse as parseValue, stringify } from 'yaml';
import { parseDocument } from '../parse-document.ts';
import { anyText, anyTexts } from '../testing/arbitrary.ts';
import { retextAll } from '../testing/retext.ts';
import { readShape } from './shapes.ts';

const parse = (text: string) => parseDocument(text, 'yaml', { to: 'zh' });
const value = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, anyText, fc.array(anyText, { minLength: 2, maxLength: 3 }).map((lines) => lines.join('\n')), fc.constantFrom(1, true, null), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.string({ maxLength: 5 }), tie('value'), { maxKeys: 4 })),
})).value;
const file = fc.tuple(value, fc.constantFrom(null, 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED', 'PLAIN'), fc.boolean(), fc.boolean()).map(([value, type, isFlow, hasCrlf]) => {
  const text = stringify(value, { ...(type !== null && { defaultStringType: type as 'PLAIN' }), defaultKeyType: 'PLAIN', ...(isFlow && { collectionStyle: 'flow' as const }) });
  return hasCrlf ? text.replaceAll('\n', '\r\n') : text;
}).filter((text) => parseTree(text).errors.length === 0 && !/\{[^{}]*,\s*(?:plural|select)/.test(text));

describe('parseDocument of YAML', () => {
  test('gives the file back byte for byte, and with other words has the same keys and values', () => {
    fc.assert(
      fc.property(file, anyTexts, (text, texts) => {
        const document = parse(text);
        expect(document.render(new Map())).toBe(text);
        expect(document.render(new Map(document.segments.map(({ id, source }) => [id, source])))).toBe(text);
        expect(readShape(retextAll(document, texts), 'yaml')).toEqual(readShape(text, 'yaml'));
      }),
      { numRuns: 600 },
    );
  });

  const source = "# note\nen: &top\n  plain: A text # why\n  double: \"Two \\\"quoted\\\"\"\n  single: 'It''s'\n  literal: |\n    First line\n    Second line\n\n  folded: >-\n    Some long\n    text\n  list: [One, 'Two', 3]\n  number: 12\n  flag: yes\nmore: *top\n";

  test('finds strings in every style, and no other values', () => {
    expect(parse(source).segments.map(({ id, source }) => [id, source])).toEqual([
      ['en.plain', 'A text'], ['en.double', 'Two "quoted"'], ['en.single', "It's"], ['en.literal:1', 'First line'], ['en.literal:2', 'Second line'],
      ['en.folded', 'Some long text'], ['en.list[0]', 'One'], ['en.list[1]', 'Two'], ['en.flag', 'yes'],
    ]);
  });

  test('writes each in its style, or in quotes where the style would change it', () => {
    const targets = { 'en.plain': '文本: # 是', 'en.double': '“二”\t"', 'en.single': "它'的", 'en.literal:1': '第一行', 'en.literal:2': '- 第二行', 'en.folded': '长文本', 'en.list[0]': '一, 二' };
    const written = parse(source).render(new Map(Object.entries(targets)));
    expect(parseValue(written)).toMatchObject({ en: { plain: '文本: # 是', double: '“二”\t"', single: "它'的", literal: '第一行\n- 第二行\n', folded: '长文本', list: ['一, 二', 'Two', 3], number: 12 } });
    expect(written).toContain('  plain: "文本: # 是" # why\n');
    expect(written).toContain('  literal: |\n    第一行\n    - 第二行\n');
    expect(written).toContain("  single: '它''的'\n");
  });

  test.each([
    ['a: [1,\nb: "x\n', 2],
    ['a: x\n b: y\n', 1],
    ['ok: 1\nbad: "x\\q"\n', 2],
    ['a: |\n  x\n\tb: c\n', 3],
  ])('names the line of what is wrong with %j', (text, line) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'invalid_input', details: expect.objectContaining({ line }) }));
  });

  test('reads 50,000 lines in seconds', () => {
    const text = Array.from({ length: 50_000 }, (_, index) => `key${index}: Text number ${index} with {name}\n`).join('');
    // Time of the processor: the machine may be busy.
    const start = process.cpuUsage();
    const document = parse(text);
    expect(document.segments).toHaveLength(50_000);
    expect(document.render(new Map([['key49999', '译文']])).endsWith('key49999: 译文\n')).toBe(true);
    expect(process.cpuUsage(start).user).toBeLessThan(10_000_000);
  }, 120_000);
});
