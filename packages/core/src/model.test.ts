import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Engine } from './engine.ts';
import { createModel, type RunOptions } from './model.ts';
import { fakeEngine } from './testing/fake-engine.ts';

const hello = () => createModel(fakeEngine({ reply: () => 'Hello to you.' }));

describe('createModel', () => {
  test('generate joins what stream yields', async () => {
    const model = hello();
    let joined = '';
    for await (const part of model.stream('hi')) if (part.type === 'text-delta') joined += part.text;
    expect(await model.generate('hi')).toMatchObject({ text: joined, finishReason: 'stop', usage: { calls: 1 } });
    expect(joined).toBe('Hello to you.');
  });

  test.each<[RunOptions, string]>([
    [{ temperature: Number.NaN }, 'temperature'],
    [{ temperature: -1 }, 'temperature'],
    [{ temperature: 1e9 }, 'temperature'],
    [{ topK: -1 }, 'topK'],
    [{ topK: 1.5 }, 'topK'],
    [{ topP: 0 }, 'topP'],
    [{ topP: 1.1 }, 'topP'],
    [{ minP: 1 }, 'minP'],
    [{ repetitionPenalty: 0 }, 'repetitionPenalty'],
    [{ seed: 0.5 }, 'seed'],
    [{ maxTokens: 0 }, 'maxTokens'],
    [{ maxTokens: Infinity }, 'maxTokens'],
    [{ deadline: 2 ** 31 }, 'deadline'],
    [{ priority: Number.NaN }, 'priority'],
    [{ stop: [''] }, 'stop[0]'],
    [{ stop: ['1', '2', '3', '4', '5'] }, 'stop'],
  ])('refuses %j and names the field', async (options, field) => {
    await expect(hello().generate('hi', options)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(`"${field}" is`) });
  });

  test.each([[''], [[]], [[{ role: 'user', content: '' }]], [[{ role: 'tool', content: 'x' }]], [[1, -1]], [[1, 'a']], [undefined], [null]])(
    'refuses the prompt %j',
    async (prompt) => {
      await expect(hello().generate(prompt as string)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('"prompt') });
    },
  );

  test('token ids go only to engines that take them', async () => {
    const engine: Engine = { ...fakeEngine({ reply: () => 'x' }), can: { json: [], choices: false, logprobs: false, embed: false, tokens: false } };
    await expect(createModel(engine).generate([1, 2])).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(hello().generate([1, 2])).resolves.toMatchObject({ usage: { inputTokens: 2 } });
  });

  test('texts to avoid go only to engines that can avoid them; the others say so', async () => {
    const able = fakeEngine({ reply: () => 'Hello.', can: { avoid: true } });
    expect((await createModel(able).generate('Hi', { avoid: ['the text'] })).warnings).toEqual([]);
    expect(able.requests[0]?.avoid).toEqual(['the text']);
    const plain = fakeEngine({ reply: () => 'Hello.' });
    expect((await createModel(plain).generate('Hi', { avoid: ['the text'] })).warnings).toEqual([expect.stringContaining('avoid was not honoured')]);
    expect(plain.requests[0]).not.toHaveProperty('avoid');
  });

  test('engines see well-formed text only, of the same length', async () => {
    const engine = fakeEngine({ reply: () => 'x' });
    const model = createModel(engine);
    const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        await model.generate([{ role: 'user', content: text }]);
        const prompt = engine.requests.at(-1)?.prompt as { content: string }[];
        const seen = prompt[0]?.content ?? '';
        expect(seen).toHaveLength(text.length);
        expect(Buffer.from(seen).toString()).toBe(seen);
        expect(seen).not.toContain('\0');
      }),
    );
  });

  test('a failure keeps the text that had arrived', async () => {
    const controller = new AbortController();
    const reply = function* () {
      yield 'one ';
      controller.abort();
      yield 'two';
    };
    const engine: Engine = {
      ...fakeEngine({ reply: () => '' }),
      async *stream() {
        for (const text of reply()) yield { type: 'text-delta', text };
      },
    };
    await expect(createModel(engine).generate('hi', { signal: controller.signal })).rejects.toMatchObject({ code: 'aborted', partial: 'one ' });
    await expect(createModel(engine).generate('hi')).rejects.toMatchObject({ code: 'engine_crashed', partial: 'one two' });
  });

  test('dispose aborts what runs, refuses what comes, and may be called twice', async () => {
    const engine: Engine = { ...fakeEngine({ reply: () => '' }), stream: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) }) };
    const model = createModel(engine);
    const running = model.generate('hi').catch((error: unknown) => error);
    await model.dispose();
    await model.dispose();
    expect(await running).toMatchObject({ code: 'aborted' });
    await expect(model.generate('hi')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('disposed') });
    await expect(model.countTokens(['a'])).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

test('what an engine adds to its end is in the result; warnings are always a list', async () => {
  expect((await hello().generate('hi')).warnings).toEqual([]);
  const end = { logprobs: [{ token: 'x', logprob: -0.1, top: [] }], guesses: { made: 3, accepted: 2 }, reasoning: 'because', warnings: ['no topK here'] };
  const engine: Engine = {
    ...fakeEngine({ reply: () => '' }),
    async *stream() {
      yield { type: 'text-delta', text: 'x' };
      yield { type: 'end', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 1, cachedTokens: 0, calls: 1 }, ...end };
    },
  };
  const generated = await createModel(engine).generate('hi');
  expect(generated).toEqual({ text: 'x', finishReason: 'stop', usage: expect.anything(), ...end });
});

describe('fakeEngine', () => {
  test('keeps maxTokens, stop texts and the context length', async () => {
    const model = createModel(fakeEngine({ reply: () => ['a', 'b', 'STO', 'P', 'c'], contextLength: 10 }));
    expect(await model.generate('hi', { maxTokens: 1 })).toMatchObject({ text: 'a', finishReason: 'length', usage: { outputTokens: 1 } });
    expect(await model.generate('hi', { stop: ['STOP'] })).toMatchObject({ text: 'ab', finishReason: 'stop' });
    expect(await model.generate('hi')).toMatchObject({ text: 'abSTOPc', finishReason: 'stop' });
    await expect(model.generate('x'.repeat(40))).rejects.toMatchObject({ code: 'context_overflow' });
  });
});

describe('embed', () => {
  const embed = async (texts: string[]) => texts.map((text) => Float32Array.of(text.length, 0));

  test('gives a vector for each text, and cleans what no tokenizer can take', async () => {
    const asked: string[][] = [];
    const model = createModel(fakeEngine({ reply: () => '', embed: async (texts) => (asked.push(texts), embed(texts)) }));
    expect(await model.embed(['ab', 'c\0', ''])).toEqual([Float32Array.of(2, 0), Float32Array.of(2, 0), Float32Array.of(0, 0)]);
    expect(asked).toEqual([['ab', 'c\uFFFD', '']]);
    expect(await model.embed([])).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  test('is refused by an engine that writes only, and for what is no list of texts', async () => {
    await expect(hello().embed(['a'])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('all-minilm-l6-v2') });
    const model = createModel(fakeEngine({ reply: () => '', embed }));
    await expect(model.embed('a' as never)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(model.embed(['a', 1] as never)).rejects.toMatchObject({ message: expect.stringContaining('texts[1]') });
  });

  test('waits its turn, keeps a deadline, and ends with the model', async () => {
    const model = createModel(fakeEngine({ reply: () => '', slots: 1, embed: () => new Promise(() => {}) }));
    await expect(model.embed(['a'], { deadline: 5 })).rejects.toMatchObject({ code: 'timeout' });
    const running = model.embed(['a']).catch((error: unknown) => error);
    await model.dispose();
    expect(await running).toMatchObject({ code: 'aborted' });
    await expect(model.embed(['a'])).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('generateTokens', () => {
  test('gives the ids of the output, as many as there are tokens', async () => {
    const engine = fakeEngine({ reply: () => ['a', 'b', 'c'] });
    expect(await createModel(engine).generateTokens([1, 2], { maxTokens: 2, temperature: 0.5, seed: 3 })).toEqual([0, 1]);
    expect(engine.requests[0]).toMatchObject({ prompt: [1, 2], maxTokens: 2, temperature: 0.5, seed: 3, outputIds: true });
  });

  test('refuses what are no ids, and engines without them', async () => {
    for (const ids of [[], [1, -1], [0.5], ['a'], 'abc']) await expect(hello().generateTokens(ids as number[])).rejects.toMatchObject({ code: 'invalid_input' });
    const blind = createModel(fakeEngine({ reply: () => '', can: { tokens: false } }));
    await expect(blind.generate('hi', { outputIds: true })).rejects.toMatchObject({ message: expect.stringContaining('outputIds') });
    await expect(blind.generateTokens([1])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('token ids') });
  });
});
