import { fromPretrained, type Model } from '@glm-tasks/core';
import { createMemoryStore, isInLanguage } from '@glm-tasks/task';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkDocument } from './check-document.ts';
import { translate } from './translate.ts';

const folder = process.env['GLM_TASKS_TEST_MODEL'] ?? '';
// In CI a missing model is a failure, elsewhere the reason was printed by the set-up.
const suite = folder === '' && process.env['CI'] === undefined ? describe.skip : describe;

const guide = `# Harrow Island

The ferry leaves the quay at **8:30** and takes 40 minutes.

- Wear a life jacket on deck.
- Ask at the [harbour office](https://harbour.example/office) for a tide table.

\`\`\`sh
npm run timetable
\`\`\`
`;

suite('translate on real weights', () => {
  let model: Model;
  beforeAll(async () => {
    model = await fromPretrained(folder, { slots: 4, contextLength: 2048 });
  });
  afterAll(() => model.dispose());

  test('a document: structure as it was, every segment translated or marked, and nothing is paid for twice', async () => {
    const store = createMemoryStore();
    let joined = '';
    let first: Awaited<ReturnType<typeof translate>> | undefined;
    for await (const event of translate.stream({ text: guide, to: 'zh' }, { model, store })) {
      if (event.type === 'text-delta') joined += event.text;
      if (event.type === 'result') first = event.result;
    }
    expect(first).toMatchObject({ text: joined, from: 'en', format: 'markdown' });
    expect(checkDocument({ source: guide, target: joined, to: 'zh' }).structure).toEqual([]);
    const translated = first?.segments.filter(({ state }) => state === 'translated') ?? [];
    expect(translated.filter(({ target }) => !isInLanguage(target, 'zh'))).toEqual([]);
    expect(translated.length).toBeGreaterThanOrEqual(3);
    expect(await translate({ text: guide, to: 'zh' }, { model, store })).toMatchObject({ text: joined, usage: { calls: 0 } });
  });

  test('strings of an app: placeholders kept, a term used or its miss reported', async () => {
    const texts = ['你好，{name}！', '已删除 {count} 个文件。', '渡轮八点半从码头出发。'];
    const { texts: translated = [], segments } = await translate({ texts, to: 'en', glossary: [{ source: '码头', target: 'quay' }] }, { model });
    expect(translated.map(({ text }) => text.match(/\{\w+\}/g) ?? [])).toEqual([['{name}'], ['{count}'], []]);
    const last = segments.at(-1);
    expect(last?.target.includes('quay') || last?.issues.some((issue) => issue.includes('quay'))).toBe(true);
  });
});
