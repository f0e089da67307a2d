import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJsonScanner, extractJson } from './extract-json.ts';

const values = (text: string) => extractJson(text).found.map(({ value }) => value);

describe('extractJson', () => {
  test.each<[string, string, unknown[]]>([
    ['bare', '{"a":1}', [{ a: 1 }]],
    ['fenced', '```json\n{"a":1}\n```', [{ a: 1 }]],
    ['prose around', 'Sure {here} you are [see below]:\n{"a":1}\nHope that helps! :)', [{ a: 1 }]],
    ['several', '{"a":1} or rather {"a":2}', [{ a: 1 }, { a: 2 }]],
    ['thought before', '<think>maybe {"a":0}?</think>{"a":1}', [{ a: 1 }]],
    ['thought without its opening tag', 'maybe {"a":0}?\n</think>\n{"a":1}', [{ a: 1 }]],
    ['thought behind', '{"a":1}<think>was that right?', [{ a: 1 }]],
    ['a tag inside a string', '{"a":"</think>"}', [{ a: '</think>' }]],
    ['only thought', '<think>{"a":1}', []],
    ['a broken one, then a good one', '{"a": oops} I mean {"a":1}', [{ a: 1 }]],
    ['the form repeated before the answer', '{\n "a": string, // [x\n}\n\n{"a":"x"}', [{ a: 'x' }]],
    ['nothing', 'I cannot.', []],
    ['empty', '', []],
    ['a scalar', '"positive"', ['positive']],
    ['a fenced scalar', '```json\n42\n```', [42]],
    ['a scalar behind a thought', '<think>hm</think> true', [true]],
    ['no quoted word in a sentence', 'It is "positive".', []],
  ])('%s', (_, text, expected) => expect(values(text)).toEqual(expected));

  test('a part of a cut or broken value is not taken for an answer', () => {
    expect(values('{"items": [{"a": 1}, {"a": 2}, {"a"')).toEqual([]);
    expect(values('{"items": [{"a": 1}, {"a": 2]}')).toEqual([]);
    expect(values('{"items": [{"a": 1} {"a": 2}]}')).toEqual([]);
    expect(values('{"a": 0} no, better: {"a": 1, "b": [')).toEqual([]);
  });

  test('finds the same in any pieces', () => {
    const part = fc.constantFrom('<think>', '</think>', '<', 'prose ', '{', '{"a":', '1', '}', '[', ']', '"x{"', ',', '{"b":[1,{"c":"y"}]}', '```json\n', '```');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const scanner = createJsonScanner();
        for (const char of parts.join('')) scanner.push(char);
        const whole = createJsonScanner();
        whole.push(parts.join(''));
        const text = (one: unknown) => JSON.stringify(one);
        expect(text(scanner.end())).toBe(text(whole.end()));
      }),
      { numRuns: 1000 },
    );
  });

  test('what is not a part of one found is never found', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 }), fc.nat(), (object, at) => {
        const text = JSON.stringify(object);
        expect(values(text.slice(0, at % text.length))).toEqual([]);
        expect(values(`Here: ${text} Done.`)).toEqual([JSON.parse(text)]);
      }),
    );
  });
});
