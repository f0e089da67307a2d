import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeSchema } from './describe-schema.ts';
import { toObjectForm } from './json-schema.ts';

describe('toObjectForm', () => {
  test('is what the model writes: before defaults, transforms and pipes', () => {
    const schema = z.object({
      size: z.string().default('M'),
      day: z.iso.date().transform((text) => new Date(text)),
      count: z.coerce.number(),
      length: z.string().pipe(z.transform((text: string) => text.length)),
    });
    const { schema: json, wrapped } = toObjectForm(schema);
    expect(wrapped).toBe(false);
    expect(json).toMatchObject({ type: 'object', required: ['day', 'count', 'length'], additionalProperties: false });
    expect(json['properties']).toMatchObject({ size: { type: 'string' }, day: { type: 'string', format: 'date' }, count: { type: 'number' }, length: { type: 'string' } });
    expect(json).toEqual(structuredClone(json));
  });

  test('closes objects everywhere but where keys are free, and drops the bounds of safe numbers', () => {
    const schema = z.object({ list: z.array(z.object({ id: z.int() })), loose: z.looseObject({ a: z.string() }), map: z.record(z.string(), z.object({ b: z.int().min(3) })) });
    expect(toObjectForm(schema).schema).toEqual({
      type: 'object',
      required: ['list', 'loose', 'map'],
      additionalProperties: false,
      properties: {
        list: { type: 'array', items: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'], additionalProperties: false } },
        loose: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: {} },
        map: {
          type: 'object',
          propertyNames: { type: 'string' },
          additionalProperties: { type: 'object', properties: { b: { type: 'integer', minimum: 3 } }, required: ['b'], additionalProperties: false },
        },
      },
    });
  });

  test('wraps what is no object at the top, recursion included', () => {
    type Tree = { name: string; children: Tree[] };
    const tree: z.ZodType<Tree> = z.object({
      name: z.string(),
      get children() {
        return z.array(tree);
      },
    });
    expect(toObjectForm(z.array(z.string())).schema).toMatchObject({ type: 'object', properties: { value: { type: 'array' } }, required: ['value'] });
    expect(toObjectForm(z.enum(['a', 'b'])).wrapped).toBe(true);
    expect(JSON.stringify(toObjectForm(tree).schema)).toContain('"$ref"');
    expect(JSON.stringify(toObjectForm(z.array(tree)).schema)).toContain('"$ref"');
  });

  test.each<[z.core.$ZodType, string, string]>([
    [z.object({ a: z.object({ b: z.date() }) }), 'date', 'a.b'],
    [z.object({ list: z.array(z.object({ n: z.bigint() })) }), 'bigint', 'list[].n'],
    [z.object({ f: z.function() }), 'function', 'f'],
    [z.object({ m: z.map(z.string(), z.string()) }), 'map', 'm'],
    [z.object({ s: z.set(z.string()) }), 'set', 's'],
    [z.object({ p: z.transform((value) => value) }), 'transform', 'p'],
    [z.object({ u: z.union([z.string(), z.undefined()]) }), 'undefined', 'u'],
    [z.object({ i: z.instanceof(URL) }), 'custom', 'i'],
    [z.object({ f: z.file() }), 'file', 'f'],
    [z.symbol(), 'symbol', 'the top'],
  ])('refuses %# by kind and place', (schema, kind, path) => {
    expect(() => toObjectForm(schema)).toThrow(expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(`a ${kind} at ${path}`), details: { field: 'schema', path, kind } }));
  });

  test.each([[undefined], [{}], [{ parse: () => 1 }], ['x']])('refuses %j, which is no schema', (schema) => {
    expect(() => toObjectForm(schema as unknown as z.core.$ZodType)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  test('names the issues of the closest member of a union', async () => {
    const schema = z.object({ pet: z.union([z.object({ kind: z.literal('cat'), lives: z.int() }), z.object({ kind: z.literal('dog'), name: z.string() })]) });
    const parsed = await toObjectForm(schema).parse({ pet: { kind: 'dog' } });
    expect(parsed).toMatchObject({ ok: false, issues: [{ path: 'pet.name' }] });
  });
});

test('describeSchema: types in the places of values, descriptions as comments', () => {
  const schema = z.object({
    name: z.string().min(1).describe('full name'),
    年龄: z.int().min(0).max(150).nullable(),
    kind: z.enum(['cat', 'dog']).optional().describe('what\nit is'),
    tags: z.array(z.string().describe('one word')).min(1).max(3),
    address: z.object({ city: z.string(), zip: z.string().regex(/^\d{5}$/) }),
    pair: z.tuple([z.number(), z.string()]),
    mail: z.email(),
    scores: z.record(z.string(), z.number()),
    any: z.unknown(),
  });
  expect(describeSchema(toObjectForm(schema).schema)).toBe(`{
  "name": string (characters from 1), // full name
  "年龄": integer (from 0, up to 150) | null,
  "kind": "cat" | "dog", // optional; what it is
  "tags": [string, ... /* one word */] (1 to 3),
  "address": {
    "city": string,
    "zip": string (matching ^\\d{5}$),
  },
  "pair": [number, string],
  "mail": string (format email),
  "scores": {
    any key: number,
  },
  "any": any JSON,
}`);
});
