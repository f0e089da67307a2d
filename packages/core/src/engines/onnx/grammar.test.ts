import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JsonSchema } from '../../engine.ts';
import { createGrammars } from './grammar.ts';
import type { TokenBytes } from './token-bytes.ts';

const END = 0;
const WORDS = ['a', 'Ann', '":"', '","', '":', '{"', '"}', '"]', '["', '}]', ',"', 'true', 'null', '12', '3.5', '-0', '\\n', '\\"', '\\u', 'abcdefgh', '你好', '😀', '    '];
/** Every byte is a token, and so are some texts with quotes in the middle and halves of characters. */
const TOKENS = [new Uint8Array(0), ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)), ...WORDS.map((word) => new TextEncoder().encode(word)), Uint8Array.of(0xe4, 0xbd), Uint8Array.of(0xa0, 0x22)];
const write = (bytes: Uint8Array): string => [...bytes].map((byte) => CHARACTERS[byte]!).join('');
const isVisible = (byte: number): boolean => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);
const hidden = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !isVisible(byte));
const CHARACTERS = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isVisible(byte) ? byte : 0x100 + hidden.indexOf(byte)));
const bytes: TokenBytes = {
  writeText: (text) => write(new TextEncoder().encode(text)),
  findToken: () => undefined,
  showToken: (token) => new TextDecoder().decode(TOKENS[token]),
  readBytes: (token) => TOKENS[token]!,
  listTokens: () => TOKENS.map(write),
};
const grammars = createGrammars(bytes, [END]);

/** A model that wants anything at all, and to come to an end now and then. Nothing where it ran out of tokens. */
async function wander(schema: JsonSchema, chances: () => number, most = 400): Promise<string | undefined> {
  const { constraint } = await grammars.hold(schema);
  const output: number[] = [];
  try {
    for (let step = 0; step < most; step++) {
      await constraint.prepare();
      const logits = new Float32Array(TOKENS.length);
      constraint.restrict(logits);
      const left = TOKENS.map((_, token) => token).filter((token) => logits[token] !== -Infinity && constraint.allows(token));
      for (let token = 0; token < TOKENS.length; token++) if (constraint.allows(token)) expect(logits[token]).toBe(0);
      expect({ output: new TextDecoder().decode(Uint8Array.from(output)), left: left.length > 0 }).toMatchObject({ left: true });
      const closing = left.filter((token) => token === END || [...TOKENS[token]!].some((byte) => '"]}'.includes(String.fromCharCode(byte))));
      const pool = closing.length > 0 && chances() < 0.3 ? closing : left;
      const token = pool[Math.floor(chances() * pool.length)]!;
      if (token === END) return new TextDecoder().decode(Uint8Array.from(output));
      output.push(...TOKENS[token]!);
      if (constraint.accept(token)) return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(output));
    }
    return undefined;
  } finally {
    constraint.dispose();
  }
}

const Node = z.object({
  name: z.string().max(4),
  get parts() {
    return z.array(Node).max(2);
  },
});

const SCHEMAS: Record<string, z.ZodType> = {
  'flat, optional and nullable': z.object({ a: z.string().min(1).max(5), b: z.number().optional(), c: z.boolean().nullable(), d: z.string().max(3).optional() }),
  'numbers in bounds': z.object({ a: z.int().min(-3).max(12), b: z.number().positive().max(1000), c: z.number().min(0.5).max(0.75), d: z.int(), e: z.number().gt(0).lt(0.01) }),
  'arrays and enums': z.object({ a: z.array(z.enum(['x', '你好', 'q"\\'])).min(1).max(3), b: z.tuple([z.literal('k'), z.int().min(0).max(9)]), c: z.array(z.array(z.boolean()).max(2)).length(2) }),
  'unions': z.object({ a: z.discriminatedUnion('kind', [z.object({ kind: z.literal('s'), v: z.string().max(2) }), z.object({ kind: z.literal('n'), v: z.number().max(5) })]), b: z.union([z.string().max(3), z.int().min(0), z.null()]) }),
  'keys in Chinese': z.object({ 姓名: z.string().min(2).max(6), 年龄: z.int().min(0).max(130), 'a b': z.object({ 子: z.array(z.string().max(2)).max(2) }) }),
  'patterns and formats': z.object({ a: z.string().regex(/^[A-Z]{2}-\d{3}$/), b: z.iso.date(), c: z.uuid(), d: z.string().regex(/^.{0,3}$/), e: z.ipv4(), f: z.string().startsWith('ab') }),
  'recursion': Node,
  'records': z.object({ a: z.record(z.string(), z.int().min(1).max(3)), b: z.record(z.enum(['en', 'zh']), z.string().max(3)) }),
  'a number at the top': z.int().min(10).max(120),
  'a string at the top': z.string().min(3).max(6),
};

describe('createGrammars', () => {
  it.each(Object.keys(SCHEMAS))('whatever a model wants, what it writes is valid: %s', async (name) => {
    const schema = SCHEMAS[name]!;
    let ended = 0;
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), async (chances) => {
        const text = await wander(z.toJSONSchema(schema), () => chances.next().value!);
        if (text === undefined) return;
        ended++;
        expect({ text, error: schema.safeParse(JSON.parse(text)).error }).toEqual({ text, error: undefined });
        expect(text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')).not.toMatch(/\s/);
      }),
      { numRuns: 60, endOnFailure: true },
    );
    expect(ended).toBeGreaterThan(20);
  });

  it('writes keys in the order of the schema', async () => {
    const schema = z.toJSONSchema(z.object({ z: z.boolean(), a: z.boolean().optional(), m: z.boolean() }));
    const text = await wander(schema, () => 0.5);
    expect(['z,m', 'z,a,m']).toContain(Object.keys(JSON.parse(text!) as object).join());
  });

  it('keeps working after a schema it cannot take, and drops the oldest of many', async () => {
    await expect(grammars.hold({ type: 'string', pattern: '(?<' })).resolves.toMatchObject({ warnings: [expect.stringContaining('pattern')] });
    await expect(grammars.hold({ type: 'object', properties: { a: { $ref: '#/nowhere' } } })).rejects.toMatchObject({ code: 'invalid_input' });
    const held = await Promise.all(Array.from({ length: 40 }, (_, index) => grammars.hold({ type: 'object', properties: { [`key${index}`]: { type: 'boolean' } } })));
    for (const { constraint } of held) {
      await constraint.prepare();
      expect(constraint.allows(TOKENS.findIndex((token) => write(token) === '{"'))).toBe(true);
      constraint.dispose();
    }
  });
});
