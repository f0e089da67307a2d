import { createModel, TaskError, type GenerateRequest, type Message } from '@glm-tasks/core';
import { fakeEngine, type FakeEngine } from '@glm-tasks/core/testing';
import { expect, test } from 'vitest';
import { toChinese } from './testing/fake-translator.ts';
import { translate } from './translate.ts';

/** Takes a text alone, as an engine with an encoder and a decoder does. */
function rewriter(name: string, reply: (source: string, request: GenerateRequest) => string) {
  const engine: FakeEngine = fakeEngine({
    reply: (request) => {
      if (typeof request.prompt !== 'string') throw new TaskError('invalid_input', 'This model rewrites a text: give it the text, not messages.');
      return reply(request.prompt, request);
    },
  });
  return { engine, model: createModel({ ...engine, name }) };
}

const opus = 'transformers-js:Xenova/opus-mt-en-zh';
const text = 'The ferry leaves the old harbour at half past eight. It comes back in the evening with the mail.\n\nSee {name} for more of it.\n';

test('a model with an encoder and a decoder is given sentences and nothing else, under the same guards', async () => {
  const { model, engine } = rewriter(opus, (source) => toChinese(source.replaceAll('[[1]]', '{name}')).replace('{name}', '[[1]]'));
  const result = await translate({ text, to: 'zh', tone: 'formal', context: 'a timetable' }, { model });
  expect(result.status).toBe('complete');
  const sentences = ['It comes back in the evening with the mail.', 'See [[1]] for more of it.', 'The ferry leaves the old harbour at half past eight.'];
  expect(engine.requests.map(({ prompt }) => prompt).toSorted()).toEqual(sentences);
  expect(result.text).toContain('{name}');
});

test('a model that loses marks is shown the placeholder, then what stands around it', async () => {
  const { model } = rewriter(opus, (source) => toChinese(source).replace(/\[\[\d+\]\]|\{name\}/g, ''));
  const { segments, status } = await translate({ text, to: 'zh' }, { model });
  expect(status).toBe('complete');
  expect(segments[1]).toMatchObject({ target: expect.stringContaining('{name}'), issues: ['was translated in parts, between its placeholders and tags'] });
});

test('an echo is asked for as samples, not in other words', async () => {
  const { model, engine } = rewriter(opus, (source) => source);
  const { segments, status } = await translate({ texts: ['The ferry is late today.'], to: 'zh' }, { model });
  expect([status, segments[0]?.state]).toEqual(['incomplete', 'failed']);
  expect(engine.requests.map(({ temperature = 0 }) => temperature > 0)).toEqual([false, true, true, true, true]);
});

test.each([
  [opus, 'fr', undefined, 'en into zh'],
  [opus, 'zh', 'de', '"from"'],
  ['transformers-js:Xenova/opus-mt-zh-en', 'zh', undefined, 'zh into en'],
])('%s to %s from %s is refused before a call', async (name, to, from, message) => {
  const { model, engine } = rewriter(name, toChinese);
  await expect(translate({ text, to, from }, { model })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(message) });
  expect(engine.requests).toEqual([]);
});

test.each(['opus-mt-mul-zh', 'opus-mt-tc-big-en-zh', 'transformers-js:Xenova/nllb-200-distilled-600M', 'opus-mt-eng-zho'])('%s is taken', async (name) => {
  const { model } = rewriter(name, toChinese);
  expect(await translate({ texts: ['The ferry is late today.'], to: 'zh-CN' }, { model })).toMatchObject({ status: 'complete' });
});

test('HY-MT has its own prompt, and ours for a second attempt', async () => {
  const engine: FakeEngine = fakeEngine({ reply: ({ prompt }) => toChinese((prompt as Message[]).at(-1)?.content.split('\n\n').at(-1)?.replaceAll('[[1]]', '') ?? '') });
  const model = createModel({ ...engine, name: 'vllm:tencent/HY-MT1.5-1.8B' });
  await translate({ texts: ['Open {name} now, please.'], to: 'zh' }, { model });
  const [first, second] = engine.requests.map(({ prompt }) => prompt as Message[]);
  expect(first).toEqual([{ role: 'user', content: '将以下文本翻译为中文，注意只需要输出翻译后的结果，不要额外解释：\n\nOpen [[1]] now, please.' }]);
  expect(second?.map(({ role }) => role)).toEqual(['user']);
  expect(second?.[0]?.content).toContain('原样保留');
  expect(engine.requests[0]?.repetitionPenalty).toBe(1.05);
});
