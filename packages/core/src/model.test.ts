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
