import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toGrammarSchema } from './json-grammar.ts';

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const { schema: keepable } = fc.letrec((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ type: fc.constantFrom('number', 'integer', 'boolean', 'null') }),
    fc.record({ type: fc.constant('string') }, { requiredKeys: ['type'] }),
    fc.record({ type: fc.constant('string'), format: fc.constantFrom('date', 'time', 'date-time') }),
    fc.record({ const: scalar }),
    fc.record({ enum: fc.array(scalar, { minLength: 1, maxLength: 4 }) }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(3) }, { requiredKeys: ['type'] }),
    fc.record({ type: fc.constant('object'), properties: fc.dictionary(fc.string({ minLength: 1 }), tie('schema'), { minKeys: 1, maxKeys: 3 }), description: fc.string() }),
  ),
}));

describe('toGrammarSchema', () => {
  it('keeps every schema made of words a grammar can keep', () => {
    fc.assert(fc.property(keepable, (schema) => void toGrammarSchema(schema as Record<string, unknown>)));
  });

  it('refuses, and names, a word it cannot keep, however deep it lies', () => {
    const words = fc.constantFrom(['pattern', '^a'], ['multipleOf', 3], ['minimum', 1], ['exclusiveMaximum', 9], ['uniqueItems', true], ['allOf', []], ['not', {}], ['if', {}], ['contains', {}], ['patternProperties', {}]);
    const wraps = fc.array(fc.constantFrom('property', 'item', 'alternative'), { maxLength: 4 });
    fc.assert(
      fc.property(keepable, words, wraps, (schema, [word, value], wrapping) => {
        const bad = { ...(schema as object), [word as string]: value };
        const deep = wrapping.reduce<object>((inner, wrap) => {
          if (wrap === 'property') return { type: 'object', properties: { a: { type: 'null' }, b: inner } };
          return wrap === 'item' ? { type: 'array', items: inner } : { anyOf: [{ type: 'null' }, inner] };
        }, bad);
        expect(() => toGrammarSchema(deep as Record<string, unknown>)).toThrow(
          expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(`"${word}"`), details: expect.objectContaining({ unsupported: 'constrained' }) }),
        );
      }),
    );
  });

  it('takes what zod writes for the schemas tasks use', () => {
    const schema = z.object({
      headline: z.string().max(80).describe('one line'),
      年份: z.int(),
      tone: z.enum(['calm', 'angry']),
      quotes: z.array(z.object({ text: z.string(), by: z.string().nullable() })).max(3),
      either: z.union([z.literal('none'), z.object({ reason: z.string() })]),
      pair: z.tuple([z.string(), z.number()]),
      counts: z.record(z.string(), z.int()),
      note: z.string().optional(),
    });
    const grammar = toGrammarSchema(z.toJSONSchema(schema));
    expect(grammar).toMatchObject({
      type: 'object',
      properties: { 年份: { type: ['integer'] }, pair: { minItems: 2, maxItems: 2 }, counts: { additionalProperties: { type: ['integer'] } }, either: { oneOf: [{ const: 'none' }, { type: 'object' }] } },
    });
  });

  it('follows $defs, recursive ones too, and refuses other references', () => {
    const node = { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/$defs/node' } } } };
    expect(toGrammarSchema({ $ref: '#/$defs/node', $defs: { node } })).toMatchObject({ $ref: '#/$defs/node', $defs: { node: { type: 'object' } } });
    expect(() => toGrammarSchema({ type: 'array', items: { $ref: '#' } })).toThrow('"$ref": "#"');
  });

  it('refuses a required property that is not described, and types it does not know', () => {
    expect(() => toGrammarSchema({ type: 'object', properties: { a: { type: 'null' } }, required: ['b'] })).toThrow('"b"');
    expect(() => toGrammarSchema({ type: 'integer', maximum: 5 })).toThrow('"maximum"');
    expect(() => toGrammarSchema({ type: 'string', format: 'email' })).toThrow('email');
    expect(() => toGrammarSchema({})).toThrow('without "type"');
  });
});
