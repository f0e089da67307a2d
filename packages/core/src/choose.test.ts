import { describe, expect, test } from 'vitest';
import type { Message, Scored } from './engine.ts';
import { createModel } from './model.ts';
import { fakeEngine } from './testing/fake-engine.ts';

const choices = ['Positive', 'Negative', 'neutral', '中立'];

function answering(...replies: string[]) {
  let call = 0;
  const engine = fakeEngine({ reply: () => replies[Math.min(call++, replies.length - 1)]! });
  return { engine, model: createModel(engine) };
}

describe('choices', () => {
  test.each([
    ['Positive', 'Positive'],
    [' positive.\n', 'Positive'],
    ['"NEGATIVE"', 'Negative'],
    ['```\nneutral\n```', 'neutral'],
    ['**Positive**', 'Positive'],
    ['<think>Positive? no.</think>Negative', 'Negative'],
    ['“中立”。', '中立'],
  ])('the answer %j is %s', async (answer, text) => {
    expect(await answering(answer).model.generate('How?', { choices })).toMatchObject({ text, finishReason: 'stop', usage: { calls: 1 }, warnings: [] });
  });

  test.each(['It is positive', 'Positive or Negative', 'pos', '', 'Positive\nNegative'])('the answer %j is none: asked again, then an error', async (answer) => {
    const { model, engine } = answering(answer, 'negative');
    expect(await model.generate('How?', { choices })).toMatchObject({ text: 'Negative', usage: { calls: 2 } });
    const [first, second] = engine.requests.map(({ prompt }) => prompt as Message[]);
    expect(first![0]!.content).toContain('Positive\nNegative\nneutral\n中立');
    expect(second![0]).toEqual(first![0]);
    expect(second!.at(-1)!.content).toMatch(/^How\?[^]*none of the choices/);
    await expect(answering(answer).model.generate('How?', { choices })).rejects.toMatchObject({ code: 'output_invalid', details: { reason: 'choices', choices }, usage: { calls: 2 } });
  });

  test('choices that differ by case alone are told apart, and never mixed up', async () => {
    expect((await answering('polish').model.generate('x', { choices: ['Polish', 'polish'] })).text).toBe('polish');
    await expect(answering('POLISH').model.generate('x', { choices: ['Polish', 'polish'] })).rejects.toMatchObject({ code: 'output_invalid' });
  });

  test('a cut answer is not taken for the shorter of two choices', async () => {
    await expect(answering('yes but no').model.generate('x', { choices: ['yes', 'yes but no'], maxTokens: 1 })).rejects.toMatchObject({ code: 'output_invalid' });
    expect((await answering('yes of course').model.generate('x', { choices: ['yes', 'no'], maxTokens: 1 })).text).toBe('yes');
  });

  test('stream gives the choice in one piece', async () => {
    const parts = [];
    for await (const part of answering('"positive"').model.stream('How?', { choices })) parts.push(part);
    expect(parts).toEqual([{ type: 'text-delta', text: 'Positive' }, expect.objectContaining({ type: 'end', finishReason: 'stop' })]);
  });

  test('an engine that can is given them, and the prompt is left alone', async () => {
    const engine = fakeEngine({ can: { choices: true }, reply: ({ choices }) => choices![1]! });
    expect(await createModel(engine).generate('How?', { choices })).toMatchObject({ text: 'Negative' });
    expect(engine.requests[0]).toMatchObject({ prompt: 'How?', choices });
    const lying = fakeEngine({ can: { choices: true }, reply: () => 'Well' });
    await expect(createModel(lying).generate('How?', { choices })).rejects.toMatchObject({ code: 'output_invalid', partial: 'Well' });
  });

  test('token ids need an engine that does not have to be told', async () => {
    await expect(answering('x').model.generate([1, 2], { choices })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('score', () => {
  const scoring = (table: Record<string, number>) => {
    const asked: unknown[] = [];
    const score = async (prompt: unknown, continuations: string[]): Promise<Scored[]> => {
      asked.push(prompt);
      return continuations.map((text) => ({ logprob: Math.log(table[text]!), tokens: 1 }));
    };
    return { asked, model: createModel(fakeEngine({ reply: () => 'unused', score })) };
  };

  test('gives a likelihood for each continuation', async () => {
    const { model } = scoring({ Yes: 0.75, No: 0.25 });
    const scores = await model.score('Is it?', ['Yes', 'No']);
    expect(scores.map(({ logprob }) => Math.exp(logprob))).toEqual([expect.closeTo(0.75), expect.closeTo(0.25)]);
    expect(await model.score('Is it?', [])).toEqual([]);
  });

  test('is refused clearly where the engine cannot, and for continuations that are no texts', async () => {
    await expect(answering('x').model.score('x', ['a'])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('cannot score') });
    const { model } = scoring({});
    await expect(model.score('x', ['a', ''])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('continuations[1]') });
    await expect(model.score('x', 'a' as unknown as string[])).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(model.score('', ['a'])).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(model.score('x', ['a'], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });

  test('chooses at once where choices cannot be constrained', async () => {
    const { model, asked } = scoring({ Positive: 0.1, Negative: 0.3, neutral: 0.2, 中立: 0.01 });
    expect(await model.generate('How?', { choices })).toMatchObject({ text: 'Negative', finishReason: 'stop', warnings: [] });
    expect(asked).toHaveLength(1);
    expect((await model.generate('How?', { choices, temperature: 1 })).warnings).toEqual([expect.stringContaining('temperature')]);
  });

  test('the beginning of another choice does not win by being one', async () => {
    expect((await scoring({ yes: 0.5, 'yes, but': 0.45, no: 0.3 }).model.generate('x', { choices: ['yes', 'yes, but', 'no'] })).text).toBe('yes, but');
    expect((await scoring({ yes: 0.5, 'yes, but': 0.05, no: 0.3 }).model.generate('x', { choices: ['yes', 'yes, but', 'no'] })).text).toBe('yes');
  });

  test('very unlikely texts are still told apart', async () => {
    const score = async (_: unknown, texts: string[]): Promise<Scored[]> => texts.map((_, index) => ({ logprob: index === 1 ? -1000 : -2000, tokens: 9 }));
    const model = createModel(fakeEngine({ reply: () => '', score }));
    expect((await model.generate('x', { choices: ['a', 'b', 'c'] })).text).toBe('b');
  });
});
