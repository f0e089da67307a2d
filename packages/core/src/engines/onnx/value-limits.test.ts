import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../engine.ts';
import { createValueLimits } from './value-limits.ts';

const isBroken = (schema: JsonSchema, value: unknown): boolean => {
  const limits = createValueLimits(schema);
  return limits.advance(limits.start, new TextEncoder().encode(`${JSON.stringify(value)},`)).broken;
};

const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\u0001', '你', '😀', '{', ',', ':'), maxLength: 8 });

describe('createValueLimits', () => {
  it('counts strings as JavaScript does, wherever they stand', () => {
    const short: JsonSchema = { type: 'string', minLength: 2, maxLength: 5 };
    const schema: JsonSchema = {
      type: 'object',
      properties: { '名"': short, list: { type: 'array', items: { type: 'object', properties: { t: { $ref: '#/$defs/t' } } } }, pair: { type: 'array', prefixItems: [{ type: 'string' }, short] }, free: { type: 'string' } },
      $defs: { t: { anyOf: [short, { type: 'null' }] } },
    };
    const keeps = (value: string): boolean => value.length >= 2 && value.length <= 5;
    fc.assert(
      fc.property(text, fc.array(fc.option(text), { maxLength: 3 }), text, text, (name, list, second, free) => {
        const expected = keeps(name) && list.every((one) => one === null || keeps(one)) && keeps(second);
        expect(isBroken(schema, { free, '名"': name, list: list.map((t) => ({ t })), pair: [free, second] })).toBe(!expected);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the bounds of numbers', () => {
    const schema: JsonSchema = { type: 'object', properties: { a: { type: 'array', items: { type: 'number', minimum: -1, exclusiveMaximum: 7.5 } }, b: { type: ['integer', 'null'], maximum: 3 }, c: {} } };
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 100 }).map((value) => value / 10)), fc.option(fc.integer({ min: -5, max: 5 })), fc.integer(), (a, b, c) => {
        expect(isBroken(schema, { a, b, c })).toBe(!(a.every((one) => one >= -1 && one < 7.5) && (b === null || b <= 3)));
      }),
    );
    expect(isBroken({ type: 'integer', maximum: 3 }, 4)).toBe(true);
    expect(isBroken({ enum: [4, 'x'] }, 4)).toBe(false);
  });

  it('takes the widest limit of a union until a constant tells', () => {
    const member = (kind: string, maxLength: number): JsonSchema => ({ type: 'object', properties: { kind: { type: 'string', const: kind }, text: { type: 'string', maxLength } } });
    const schema: JsonSchema = { anyOf: [member('short', 2), member('long', 6)] };
    expect(isBroken(schema, { text: 'abcdef', kind: 'short' })).toBe(false);
    expect(isBroken(schema, { kind: 'short', text: 'abc' })).toBe(true);
    expect(isBroken(schema, { kind: 'long', text: 'abcdef' })).toBe(false);
    expect(isBroken(schema, { kind: 'long', text: 'abcdefg' })).toBe(true);
  });
});
