import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJsonReader } from './read-json.ts';

function read(chunks: Iterable<string>) {
  const reader = createJsonReader();
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return reader;
}

const plain = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }).map((value) => JSON.stringify(value));
const container = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())).map((value) => JSON.stringify(value, null, 1));

/** A text in pieces of any size. */
const cuts = fc.array(fc.nat({ max: 7 }), { minLength: 1 });
function cut(text: string, sizes: number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, index = 0; at < text.length; index++) {
    const size = sizes[index % sizes.length]! + (index % sizes.length === 0 ? 1 : 0);
    pieces.push(text.slice(at, (at += size)));
  }
  return pieces;
}

describe('createJsonReader', () => {
  test('reads what JSON.parse reads, in any pieces', () => {
    fc.assert(
      fc.property(plain, cuts, (text, sizes) => {
        const reader = read(cut(text, sizes));
        expect(reader.state).toBe('complete');
        expect(reader.value).toEqual(JSON.parse(text));
      }),
    );
  });

  test('never closes what is open: every beginning of a list or an object is open', () => {
    fc.assert(
      fc.property(container, fc.nat(), (text, at) => {
        expect(read([text.slice(0, at % text.length)]).state).toBe('open');
      }),
    );
  });

  test('takes whatever comes, and all that JSON.parse takes', () => {
    const soup = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', "'", '\\', 'u00e9', '1', '-', '.5', 'e9', 'true', 'None', 'a', ' ', '\n', '//', '/*', '*/', '：')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ unit: 'binary' })), cuts, (text, sizes) => {
        const reader = read(cut(text, sizes));
        let parsed: unknown;
        try {
          parsed = JSON.parse(text);
        } catch {
          return;
        }
        expect(reader.state).toBe('complete');
        expect(reader.value).toEqual(parsed);
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, unknown]>([
    ['{"a":1,}', { a: 1 }],
    ['[1,2,]', [1, 2]],
    ["{'a': None, 'b': True, 'c': False}", { a: null, b: true, c: false }],
    ["{'it': \"it's\"}", { it: "it's" }],
    ['{“名字”：“李雷”，“年龄”：30}', { 名字: '李雷', 年龄: 30 }],
    ['{"a": 1, // one\n "b": /* two */ 2}', { a: 1, b: 2 }],
    ['{"a": "two\nlines"}', { a: 'two\nlines' }],
    ['{"a": "\\ud83d\\ude00"}', { a: '😀' }],
    ['{"a": "it\\\'s"}', { a: "it's" }],
  ])('takes %s', (text, value) => {
    const reader = read([text]);
    expect([reader.state, reader.value]).toEqual(['complete', value]);
  });

  test.each(['{,}', '[1,,2]', '{"a" 1}', '{"a": 1 "b": 2}', '[1 2]', '{"a": undefined}', '{"a": NaN}', '{"a": 1e999}', '{"a": 01}', '{"a": +1}', '{a: 1}', '{"a": "say "hi" now"}', '{"a": "\\d"}', '[1}'])(
    'does not guess at %s',
    (text) => expect(read([text]).state).toBe('malformed'),
  );

  test('a key "__proto__" is a key', () => {
    const reader = read(['{"__proto__": {"x": 1}}']);
    expect(Object.keys(reader.value as object)).toEqual(['__proto__']);
    expect((reader.value as { x?: number }).x).toBeUndefined();
  });

  test('gives up on depth that overflows stacks', () => {
    const reader = read(['['.repeat(50_000)]);
    expect(reader.state).toBe('malformed');
    expect(read([`${'['.repeat(60)}${']'.repeat(60)}`]).state).toBe('complete');
  });

  test('stops behind the value', () => {
    const reader = createJsonReader();
    expect(reader.push('{"a": [1]} and more')).toBe(10);
    expect(reader.push('{"b": 2}')).toBe(0);
    expect(reader.value).toEqual({ a: [1] });
  });

  test('lists finished elements with their places, inner ones first', () => {
    const { elements } = read(['{"a": [[1, 2], {"b": ["x', '"]}, 3']);
    // The 3 may be the beginning of 34.
    expect(elements.map(({ path }) => path)).toEqual([['a', 0, 0], ['a', 0, 1], ['a', 0], ['a', 1, 'b', 0], ['a', 1]]);
    expect(elements[4]!.value).toEqual({ b: ['x'] });
  });

  test('strings grow in whole characters, numbers and words come whole', () => {
    const reader = createJsonReader();
    const seen = ['{"a": "x\\ud83d', '\\ude00', 'y", "b": 12', '3', ', "c": tr', 'ue}'].map((chunk) => {
      reader.push(chunk);
      return structuredClone(reader.value);
    });
    expect(seen).toEqual([{ a: 'x' }, { a: 'x😀' }, { a: 'x😀y' }, { a: 'x😀y' }, { a: 'x😀y', b: 123 }, { a: 'x😀y', b: 123, c: true }]);
  });
});
