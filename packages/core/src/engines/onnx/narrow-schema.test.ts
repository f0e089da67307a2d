import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../engine.ts';
import { narrowSchema } from './narrow-schema.ts';

const warned = (schema: JsonSchema): string[] => narrowSchema(schema).warnings.map((warning) => /"(.*?)" at (\S*)/.exec(warning)!.slice(1).join(' '));

describe('narrowSchema', () => {
  it('keeps names that look like keywords, drops notes, parts limits from grammar', () => {
    const schema: JsonSchema = { type: 'object', title: 'x', properties: { maxLength: { type: 'string', maxLength: 3, description: 'y' }, title: { type: 'integer', minimum: 1 } }, required: ['title'], additionalProperties: false };
    const { grammar, limits, warnings } = narrowSchema(schema);
    expect(grammar).toEqual({ type: 'object', properties: { maxLength: { type: 'string' }, title: { type: 'integer' } }, required: ['title'], additionalProperties: false });
    expect(limits).toEqual({ type: 'object', properties: { maxLength: { type: 'string', maxLength: 3 }, title: { type: 'integer', minimum: 1 } }, required: ['title'], additionalProperties: false });
    expect(warnings).toEqual([]);
  });

  it('says what is not kept, and where', () => {
    expect(warned({ type: 'object', properties: { tags: { type: 'array', uniqueItems: true, items: { type: 'number', multipleOf: 3 } } } })).toEqual(['uniqueItems $.tags', 'multipleOf $.tags[]']);
    expect(warned({ type: 'string', pattern: '^(?!x)a+$', maxLength: 3 })).toEqual(['pattern $', 'maxLength $']);
    expect(warned({ type: 'string', format: 'colour' })).toEqual(['format $']);
    expect(warned({ type: 'string', format: 'email' })).toEqual([]);
    expect(warned({ oneOf: [{ type: 'string' }, { type: 'number' }] })).toEqual([]);
    expect(warned({ oneOf: [{ type: 'integer' }, { type: 'number' }] })).toEqual(['oneOf $']);
  });

  it('tells the members of a union apart by a constant', () => {
    const member = (kind: string): JsonSchema => ({ type: 'object', properties: { kind: { const: kind } }, required: ['kind'] });
    expect(warned({ oneOf: [member('a'), member('b')] })).toEqual([]);
    expect(warned({ oneOf: [member('a'), member('a')] })).toEqual(['oneOf $']);
  });

  it('merges objects of an allOf', () => {
    const part = (key: string): JsonSchema => ({ type: 'object', properties: { [key]: { type: 'string' } }, required: [key] });
    expect(narrowSchema({ allOf: [part('a'), part('b')] })).toMatchObject({ warnings: [], grammar: { type: 'object', properties: { a: {}, b: {} }, required: ['a', 'b'] } });
    expect(warned({ allOf: [{ type: 'string' }, { maxLength: 3 }] })).toEqual(['allOf $']);
  });

  it.each<[JsonSchema, string]>([
    [{ $ref: '#/$defs/none' }, '$.$ref'],
    [{ $ref: 'https://example.org/x' }, '$.$ref'],
    [{ type: 'object', properties: { a: { type: 'text' } } }, '$.a.type'],
    [{ type: 'object', properties: { a: false } }, '$.a'],
    [{ type: 'array', minItems: 3, maxItems: 2 }, '$.minItems'],
    [{ type: 'integer', minimum: 1.2, maximum: 1.9 }, '$'],
    [{ type: 'object', properties: { 'a"': {} } }, '$'],
    [{ enum: [] }, '$.enum'],
  ])('refuses %j', (schema, path) => {
    expect(() => narrowSchema(schema)).toThrow(expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(`at ${path} `) }));
  });
});
