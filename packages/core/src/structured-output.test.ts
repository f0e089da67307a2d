import { TaskError } from '@glm-tasks/weights';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { Engine, JsonRung, Message } from './engine.ts';
import { toObjectForm } from './json-schema.ts';
import { createModel } from './model.ts';
import { fakeEngine } from './testing/fake-engine.ts';

type Rung = Exclude<JsonRung, 'prompt'>;
const LADDERS: Rung[][] = [['constrained'], ['json-schema'], ['json-mode'], []];

/** Answers with these in turn, the last for ever. */
function scripted(replies: (string | string[] | Error)[], json: Rung[] = [], more: Partial<Parameters<typeof fakeEngine>[0]> = {}) {
  let call = 0;
  const reply = () => {
    const next = replies[Math.min(call++, replies.length - 1)]!;
    if (next instanceof Error) throw next;
    return next;
  };
  const engine = fakeEngine({ can: { json }, reply, ...more });
  return { engine, model: createModel(engine) };
}

const refusal = (rung: Rung) => new TaskError('invalid_input', `no ${rung} here`, { details: { unsupported: rung } });
const messagesOf = (engine: { requests: readonly { prompt: unknown }[] }, call: number) => engine.requests[call]!.prompt as Message[];

const person = z.object({ name: z.string().describe('full name'), age: z.int().min(0).max(150), role: z.enum(['admin', 'guest']).optional() });
const GOOD = '{"name": "Ann", "age": 30}';

const node = z.object({
  name: z.string(),
  get children() {
    return z.array(node);
  },
});

/** A schema, an answer that fits, and one that does not. */
const SCHEMAS: [string, z.core.$ZodType, unknown, unknown][] = [
  ['nested', z.object({ a: z.object({ b: z.object({ c: z.string() }) }) }), { a: { b: { c: 'x' } } }, { a: { b: { c: 1 } } }],
  ['array of objects', z.object({ items: z.array(z.object({ id: z.int(), tags: z.array(z.string()) })) }), { items: [{ id: 1, tags: ['x'] }] }, { items: [{ id: 1 }] }],
  ['enum', z.object({ mood: z.enum(['good', 'bad']) }), { mood: 'bad' }, { mood: 'ugly' }],
  ['optional and nullable', z.object({ a: z.string().optional(), b: z.int().nullable() }), { b: null }, { a: 'x' }],
  ['union', z.object({ id: z.union([z.int(), z.string()]) }), { id: 'x' }, { id: [] }],
  ['Chinese keys', z.object({ 姓名: z.string(), 年龄: z.int() }), { 姓名: '李雷', 年龄: 30 }, { 姓名: '李雷', 年龄: '三十' }],
  ['array at the top', z.array(z.string()), ['a', 'b'], [1]],
  [
    'discriminated union at the top',
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('a'), x: z.int() }), z.object({ kind: z.literal('b'), y: z.string() })]),
    { kind: 'b', y: 'z' },
    { kind: 'b', x: 1 },
  ],
  ['record', z.record(z.string(), z.number()), { one: 1, two: 2.5 }, { one: 'x' }],
  ['range', z.object({ share: z.number().min(0).max(1), count: z.int().gt(3) }), { share: 0.5, count: 4 }, { share: 2, count: 4 }],
  ['enum at the top', z.enum(['yes', 'no']), 'yes', 'maybe'],
  ['recursive', node, { name: 'a', children: [{ name: 'b', children: [] }] }, { name: 'a', children: [{}] }],
];

describe.each(LADDERS)('generateObject on %j', (...json) => {
  const rung = json[0] ?? 'prompt';

  test.each(SCHEMAS)('%s: an answer that fits is taken, one that does not is repaired', async (_, schema, good, bad) => {
    const { wrapped } = toObjectForm(schema);
    const write = (value: unknown) => JSON.stringify(wrapped ? { value } : value);
    const { model, engine } = scripted([write(bad), write(good)], json);
    expect(await model.generateObject('Go.', { schema })).toMatchObject({ object: good, rung, attempts: 2, usage: { calls: 2 } });
    expect(await model.generateObject('Go.', { schema })).toMatchObject({ object: good, rung, attempts: 1, usage: { calls: 1 } });
    for (const request of engine.requests) expect(request.json?.schema['type']).toBe(rung === 'prompt' ? undefined : 'object');
    // The wrapping may be forgotten.
    expect(await scripted([JSON.stringify(good)], json).model.generateObject('Go.', { schema })).toMatchObject({ object: good, attempts: 1 });
  });

  test.each<[string, string]>([
    ['fences', `\`\`\`json\n${GOOD}\n\`\`\``],
    ['prose around', `Here is the JSON:\n\n${GOOD}\n\nLet me know!`],
    ['thinking', `<think>a person {"name": "Bob"}</think>\n${GOOD}`],
    ['several blocks', `${GOOD.replace('Ann', 'Bob')} or better ${GOOD}`],
    ['keys too many', '{"name": "Ann", "age": 30, "hobby": "chess"}'],
    ['Python', "{'name': 'Ann', 'age': 30,}"],
  ])('takes %s at the first try', async (_, answer) => {
    const { model } = scripted([answer], json);
    expect(await model.generateObject('Who?', { schema: person })).toMatchObject({ object: { name: 'Ann', age: 30 }, attempts: 1, text: answer, rung, warnings: [] });
  });

  test.each<[string, string, string]>([
    ['no JSON', 'Her name is Ann.', 'There is no JSON'],
    ['nothing', '', 'There is no JSON'],
    ['only thoughts', `<think>${GOOD}`, 'There is no JSON'],
    ['an unfinished object', '{"name": "Ann", "age": 3', 'ends before it is complete'],
    ['a broken object', '{"name": "Ann" "age": 30}', 'malformed'],
    ['a wrong enum', '{"name": "Ann", "age": 30, "role": "boss"}', 'role: '],
    ['a missing key', '{"name": "Ann"}', 'age: '],
    ['a number out of range', '{"name": "Ann", "age": 300}', 'age: '],
  ])('repairs %s once, telling what is wrong', async (_, answer, issue) => {
    const { model, engine } = scripted([answer, GOOD], json);
    expect(await model.generateObject('Who?', { schema: person })).toMatchObject({ object: { name: 'Ann' }, attempts: 2, usage: { calls: 2 } });
    expect(messagesOf(engine, 1).map(({ role }) => role)).toEqual(['system', 'user']);
    expect(messagesOf(engine, 1)[1]!.content).toMatch(/^Who\?/);
    expect(messagesOf(engine, 1)[1]!.content).toContain(`\n${answer}\n`);
    expect(messagesOf(engine, 1)[1]!.content).toContain(issue);

    const failing = scripted([answer], json);
    await expect(failing.model.generateObject('Who?', { schema: person })).rejects.toMatchObject({
      code: 'output_invalid',
      message: expect.stringContaining(issue),
      ...(answer === '' ? {} : { partial: answer }),
      usage: { calls: 2 },
      details: { reason: 'schema', rung, attempts: 2, issues: [{ message: expect.any(String) }] },
    });
    expect(failing.engine.requests).toHaveLength(2);
  });

  test('an answer cut by the token limit is an error, even where its JSON is whole', async () => {
    const { model, engine } = scripted([`${GOOD} and some more words`], json);
    for (const maxTokens of [3, 14]) {
      await expect(model.generateObject('Who?', { schema: person, maxTokens })).rejects.toMatchObject({
        code: 'output_invalid',
        message: expect.stringContaining('maxTokens'),
        partial: expect.stringMatching(/^\{/),
        details: { reason: 'length', rung, attempts: 1 },
        usage: { calls: 1, outputTokens: maxTokens },
      });
    }
    expect(engine.requests).toHaveLength(2);
  });

  test('the form and its descriptions are in the prompt, in the language of the user', async () => {
    const { model, engine } = scripted([GOOD], json);
    await model.generateObject([{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Who?' }], { schema: person });
    await model.generateObject('他是谁？', { schema: person });
    expect(messagesOf(engine, 0)).toEqual([{ role: 'system', content: expect.stringMatching(/^Be brief\.\n\nAnswer with JSON/) }, { role: 'user', content: 'Who?' }]);
    expect(messagesOf(engine, 0)[0]!.content).toContain('"name": string, // full name');
    expect(messagesOf(engine, 1)[0]!.content).toMatch(/^只输出 JSON[^]*\/\/ full name/);
  });
});

describe('generateObject', () => {
  test('steps down where a rung is refused, and remembers it', async () => {
    const { model, engine } = scripted([refusal('constrained'), refusal('json-schema'), GOOD], ['constrained', 'json-schema', 'json-mode']);
    expect(await model.generateObject('Who?', { schema: person })).toMatchObject({ rung: 'json-mode', attempts: 1, usage: { calls: 1 } });
    expect(await model.generateObject('Who?', { schema: person })).toMatchObject({ rung: 'json-mode' });
    expect(engine.requests.map(({ json }) => json?.rung)).toEqual(['constrained', 'json-schema', 'json-mode', 'json-mode']);
    const last = scripted([refusal('json-mode'), GOOD], ['json-mode']);
    expect(await last.model.generateObject('Who?', { schema: person })).toMatchObject({ rung: 'prompt' });
    expect(last.engine.requests[1]).not.toHaveProperty('json');
  });

  test('a rung refused in the repair turn steps down too', async () => {
    const { model } = scripted(['nothing', refusal('json-schema'), GOOD], ['json-schema']);
    expect(await model.generateObject('Who?', { schema: person })).toMatchObject({ rung: 'prompt', attempts: 2, usage: { calls: 2 } });
  });

  test('other failures pass, with what was spent', async () => {
    const broken = new TaskError('upstream_failed', 'gone');
    await expect(scripted([broken], ['json-mode']).model.generateObject('Who?', { schema: person })).rejects.toBe(broken);
    await expect(scripted(['nothing', broken]).model.generateObject('Who?', { schema: person })).rejects.toMatchObject({ code: 'upstream_failed', usage: { calls: 1 } });
    await expect(scripted([refusal('json-schema')], ['json-mode']).model.generateObject('Who?', { schema: person })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('a repair that does not fit into the context is the failure of the answer', async () => {
    const { model } = scripted([['no word'.padEnd(1000, '!')]], [], { contextLength: 250 });
    await expect(model.generateObject('Who?', { schema: person })).rejects.toMatchObject({
      code: 'output_invalid',
      partial: expect.stringMatching(/^no word/),
      details: { attempts: 1 },
      cause: { code: 'context_overflow' },
    });
  });

  test('schemas JSON cannot express, tokens and bad options are refused before any call', async () => {
    const { model, engine } = scripted([GOOD]);
    await expect(model.generateObject('Who?', { schema: z.object({ born: z.date() }) })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('born') });
    await expect(model.generateObject([1, 2] as unknown as string, { schema: person })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(model.generateObject('', { schema: person })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(model.generateObject('Who?', { schema: person, maxTokens: 0 })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(engine.requests).toHaveLength(0);
  });

  test('defaults, transforms and asynchronous checks are applied to what the model wrote', async () => {
    const schema = z.object({
      day: z.iso.date().transform((text) => new Date(text)),
      size: z.string().default('M'),
      name: z.string().refine(async (name) => name !== 'Bob', 'not Bob'),
    });
    const { model, engine } = scripted(['{"day": "2024-02-29", "name": "Bob"}', '{"day": "2024-02-29", "name": "Ann"}']);
    const { object } = await model.generateObject('When?', { schema });
    expectTypeOf(object).toEqualTypeOf<{ day: Date; size: string; name: string }>();
    expect(object).toEqual({ day: new Date('2024-02-29'), size: 'M', name: 'Ann' });
    expect(messagesOf(engine, 1)[1]!.content).toContain('name: not Bob');
  });

  test('an abort in the middle ends it, in the repair turn too', async () => {
    for (const abortAt of [1, 2]) {
      const controller = new AbortController();
      let calls = 0;
      const reply = () => {
        if (++calls === abortAt) controller.abort();
        return 'no';
      };
      const engine = fakeEngine({ reply });
      await expect(createModel(engine).generateObject('Who?', { schema: person, signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' });
      expect(engine.requests).toHaveLength(abortAt);
    }
  });

  test('the deadline is one for all calls', async () => {
    const deadlines: number[] = [];
    const engine: Engine = {
      ...fakeEngine({ reply: () => '' }),
      async *stream({ signal }) {
        deadlines.push(Date.now());
        if (deadlines.length === 1) yield { type: 'end', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 0, cachedTokens: 0, calls: 1 } };
        else await new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason)));
      },
    };
    await expect(createModel(engine).generateObject('Who?', { schema: person, deadline: 50 })).rejects.toMatchObject({ code: 'timeout', usage: { calls: 1 } });
  });

  test('many at once keep apart', async () => {
    const reply = ({ prompt }: { prompt: unknown }) => {
      const { content } = (prompt as Message[])[1]!;
      const id = Number.parseInt(content, 10);
      return content === String(id) && id % 2 === 1 ? 'wrong' : `{"id": ${id}}`;
    };
    const model = createModel(fakeEngine({ reply }));
    const results = await Promise.all(Array.from({ length: 50 }, (_, id) => model.generateObject(String(id), { schema: z.object({ id: z.int() }) })));
    results.forEach(({ object, attempts }, id) => expect([object.id, attempts]).toEqual([id, 1 + (id % 2)]));
  });

  test('warnings of all calls come along, once each', async () => {
    const fake = fakeEngine({ reply: () => 'no' });
    const engine: Engine = {
      ...fake,
      async *stream(request) {
        for await (const part of fake.stream(request)) yield part.type === 'end' ? { ...part, warnings: ['topK does not apply'] } : part;
      },
    };
    const schema = z.string().or(z.int());
    await expect(createModel(engine).generateObject('x', { schema })).rejects.toMatchObject({ code: 'output_invalid' });
    const good: Engine = { ...engine, stream: (request) => engine.stream({ ...request }), name: 'warned' };
    expect((await createModel(good).generate('x')).warnings).toEqual(['topK does not apply']);
    const answering = fakeEngine({ reply: () => '{"value": 3}' });
    expect((await createModel(answering).generateObject('x', { schema })).warnings).toEqual([]);
  });

  test('hostile answers leave prototypes alone and do not overflow', async () => {
    const { model } = scripted(['{"__proto__": {"polluted": true}, "name": "Ann", "age": 1}']);
    const { object } = await model.generateObject('Who?', { schema: z.looseObject({ name: z.string() }) });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect((object as { polluted?: boolean }).polluted).toBeUndefined();
    await expect(scripted(['['.repeat(20_000)]).model.generateObject('x', { schema: z.array(z.unknown()) })).rejects.toMatchObject({ code: 'output_invalid' });
    await expect(scripted(['{"a": 1e999}']).model.generateObject('x', { schema: z.object({ a: z.unknown() }) })).rejects.toMatchObject({ code: 'output_invalid' });
  });
});
