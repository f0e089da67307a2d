import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Engine } from './engine.ts';
import { createModel } from './model.ts';
import { fakeEngine } from './testing/fake-engine.ts';

interface Seen {
  type: string;
  value?: unknown;
  path?: (string | number)[];
  object?: unknown;
}

async function collect(parts: AsyncIterable<unknown>): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const part of parts) seen.push(part as Seen);
  return seen;
}

function answering(...replies: (string | string[])[]) {
  let call = 0;
  return createModel(fakeEngine({ reply: () => replies[Math.min(call++, replies.length - 1)]! }));
}

/** Every element of every array in it, inner ones first, as a reader of the text meets them. */
function walkElements(value: unknown, path: (string | number)[] = []): Seen[] {
  if (typeof value !== 'object' || value === null) return [];
  const list = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) => {
    const here = [...path, list ? Number(key) : key];
    return [...walkElements(item, here), ...(list ? [{ type: 'element', path: here, value: item }] : [])];
  });
}

function grows(earlier: unknown, later: unknown): boolean {
  if (typeof earlier === 'string') return typeof later === 'string' && later.startsWith(earlier);
  if (typeof earlier !== 'object' || earlier === null) return earlier === later;
  return Object.entries(earlier).every(([key, value]) => Object.hasOwn(later as object, key) && grows(value, (later as Record<string, unknown>)[key]));
}

const anyJson: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }).map((value) => JSON.parse(JSON.stringify(value)));

describe('streamObject', () => {
  test('whatever the pieces: partials grow, elements come once and in order, the last partial is the object', async () => {
    const text = fc.record({
      before: fc.constantFrom('', 'Here: ', '```json\n', '<think>{"value": 1}</think>', 'thinking {"value": [1]} </think>\n', '{'),
      after: fc.constantFrom('', '\n```', ' Done.'),
      value: anyJson,
      sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(text, async ({ before, after, value, sizes }) => {
        const whole = `${before}${JSON.stringify({ value })}${after}`;
        const pieces: string[] = [];
        for (let at = 0, index = 0; at < whole.length; index++) pieces.push(whole.slice(at, (at += sizes[index % sizes.length]!)));
        const seen = await collect(answering(pieces).streamObject('x', { schema: z.object({ value: z.unknown() }), maxTokens: 10_000 }));
        const last = seen.findLastIndex(({ type }) => type === 'restart');
        const kept = seen.slice(last + 1);
        const partials = kept.filter(({ type }) => type === 'partial').map((part) => part.value);
        expect(kept.at(-1)).toMatchObject({ type: 'object', attempts: 1, rung: 'prompt' });
        expect(partials.at(-1)).toEqual({ value });
        expect(kept.at(-1)!.object).toEqual({ value });
        partials.slice(1).forEach((partial, index) => expect(grows(partials[index], partial)).toBe(true));
        expect(kept.filter(({ type }) => type === 'element')).toEqual(walkElements({ value }));
        if (!before.includes('</think>') || before.startsWith('<think>')) expect(last).toBe(-1);
      }),
      { numRuns: 300 },
    );
  });

  test('elements are validated and transformed by their own schema; paths leave the wrapping out', async () => {
    const schema = z.array(z.object({ day: z.iso.date().transform((text) => text.slice(0, 4)), tags: z.array(z.string()).optional() }));
    const model = answering(['{"value": [{"day": "2024', '-01-01", "tags": ["x"]}, {"day": ', '"2025-01-01"}]}']);
    const seen = await collect(model.streamObject('x', { schema }));
    expect(seen.filter(({ type }) => type === 'element')).toEqual([
      { type: 'element', path: [0, 'tags', 0], value: 'x' },
      { type: 'element', path: [0], value: { day: '2024', tags: ['x'] } },
      { type: 'element', path: [1], value: { day: '2025' } },
    ]);
    expect(seen.find(({ type }) => type === 'partial')).toEqual({ type: 'partial', value: [{ day: '2024' }] });
  });

  test('the wrapping may be missing', async () => {
    const seen = await collect(answering(['["a", "b', 'c"]']).streamObject('x', { schema: z.array(z.string()) }));
    expect(seen).toEqual([
      { type: 'partial', value: ['a', 'b'] },
      { type: 'element', path: [0], value: 'a' },
      { type: 'partial', value: ['a', 'bc'] },
      { type: 'element', path: [1], value: 'bc' },
      expect.objectContaining({ type: 'object', object: ['a', 'bc'] }),
    ]);
  });

  test('a repair turn says that what came counts for nothing; elements that do not fit never come', async () => {
    const schema = z.object({ items: z.array(z.int()) });
    const seen = await collect(answering('{"items": [1, "two", 3]}', '{"items": [1, 2, 3]}').streamObject('x', { schema }));
    const cut = seen.findIndex(({ type }) => type === 'restart');
    expect(seen.slice(0, cut).flatMap((part) => (part.type === 'element' ? [part.value] : []))).toEqual([1, 3]);
    expect(seen.slice(cut).flatMap((part) => (part.type === 'element' ? [part.value] : []))).toEqual([1, 2, 3]);
    expect(seen.filter(({ type }) => type === 'restart')).toHaveLength(1);
    expect(seen.at(-1)).toMatchObject({ type: 'object', object: { items: [1, 2, 3] }, attempts: 2 });
    expect((await collect(answering('nothing yet', '{"items": []}').streamObject('x', { schema }))).some(({ type }) => type === 'restart')).toBe(false);
  });

  test('a draft before the answer is taken back', async () => {
    const schema = z.object({ a: z.string() });
    const seen = await collect(answering('{"a": "draft"} or better {"a": "final"}').streamObject('x', { schema }));
    expect(seen.slice(-3)).toEqual([{ type: 'restart' }, { type: 'partial', value: { a: 'final' } }, expect.objectContaining({ type: 'object', object: { a: 'final' } })]);
  });

  test('a partial is the reader’s own: later ones do not change it', async () => {
    const partials: { a?: string }[] = [];
    for await (const part of answering(['{"a": "x', 'y', 'z"}']).streamObject('x', { schema: z.object({ a: z.string() }) })) {
      if (part.type !== 'partial') continue;
      partials.push(part.value);
    }
    expect(partials).toEqual([{ a: 'x' }, { a: 'xy' }, { a: 'xyz' }]);
  });

  test('failures come out of the iterator after what was written', async () => {
    const types: string[] = [];
    const run = async () => {
      for await (const part of answering('{"a": [1, 2, 3, 4').streamObject('x', { schema: z.object({ a: z.array(z.int()) }) })) types.push(part.type);
    };
    await expect(run()).rejects.toMatchObject({ code: 'output_invalid', details: { reason: 'schema' } });
    expect(types).toContain('element');
    await expect(collect(answering('x').streamObject('x', { schema: z.object({ a: z.date() }) }))).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('a reader that leaves ends the request and frees its slot', async () => {
    let signal: AbortSignal | undefined;
    const fake = fakeEngine({ reply: () => '{"a": "x y z"}', slots: 1 });
    const engine: Engine = {
      ...fake,
      stream(request) {
        signal = request.signal;
        return fake.stream(request);
      },
    };
    const model = createModel(engine);
    const options = { schema: z.object({ a: z.string() }) };
    for await (const part of model.streamObject('x', options)) if (part.type === 'partial') break;
    expect(signal!.aborted).toBe(true);
    expect((await model.generateObject('x', options)).object).toEqual({ a: 'x y z' });
  });

  test('a rung refused after its first words starts anew', async () => {
    const fake = fakeEngine({ can: { json: ['json-schema'] }, reply: () => '{"a": "good"}' });
    const engine: Engine = {
      ...fake,
      async *stream(request) {
        if (request.json) {
          yield { type: 'text-delta', text: '{"a": "ba' };
          const { TaskError } = await import('@glm-tasks/weights');
          throw new TaskError('invalid_input', 'no', { details: { unsupported: 'json-schema' } });
        }
        yield* fake.stream(request);
      },
    };
    const seen = await collect(createModel(engine).streamObject('x', { schema: z.object({ a: z.string() }) }));
    expect(seen.slice(0, 2)).toEqual([{ type: 'partial', value: { a: 'ba' } }, { type: 'restart' }]);
    expect(seen.at(-1)).toMatchObject({ type: 'object', object: { a: 'good' }, rung: 'prompt' });
  });
});
