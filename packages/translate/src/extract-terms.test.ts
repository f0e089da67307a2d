import { createModel, type Message } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { expect, test } from 'vitest';
import { extractTerms } from './extract-terms.ts';

const text = 'The Kestrel is a ferry. Captain Maria Lopes loves the Kestrel. The tide table of the Kestrel hangs in the harbour office. The tide table is new, and Maria Lopes reads the tide table.';

const createReader = (list: string, translations: Record<string, string>) =>
  createModel(fakeEngine({
    reply: ({ prompt }) => {
      const asked = (prompt as Message[]).at(-1)?.content ?? '';
      return asked.startsWith(text.slice(0, 20)) && asked.includes('List the names') ? list : (translations[asked.split('\n\n').at(-1) ?? ''] ?? 'of course');
    },
  }));

test('terms that occur several times, the most frequent first, with a translation or as they are', async () => {
  const model = createReader('- tide table\n- Kestrel\n2. Maria Lopes\n- whale song\n- harbour office', { 'tide table': '潮汐表。', Kestrel: 'Kestrel', 'Maria Lopes': '“玛丽亚·洛佩斯”' });
  const { terms, from } = await extractTerms({ text, to: 'zh' }, { model });
  expect(from).toBe('en');
  expect(terms).toEqual([
    { source: 'tide table', target: '潮汐表', count: 3 },
    { source: 'Kestrel', keep: true, count: 3 },
    { source: 'Maria Lopes', target: '玛丽亚·洛佩斯', count: 2 },
  ]);
});

test('a translation that is none is not proposed', async () => {
  const model = createReader('tide table', { 'tide table': 'The tide table is a list of the times at which the water is high or low, day by day, in a harbour.', Kestrel: 'Kestrel' });
  expect((await extractTerms({ text, to: 'zh' }, { model })).terms.map(({ source }) => source)).not.toContain('tide table');
});

test('rules find names the model forgets, and a text without words is refused', async () => {
  const { terms } = await extractTerms({ text, to: 'zh' }, { model: createReader('', { Kestrel: 'Kestrel', 'Maria Lopes': '玛丽亚·洛佩斯' }) });
  expect(terms.map(({ source }) => source)).toEqual(['Kestrel', 'Maria Lopes']);
  await expect(extractTerms({ text: '123', to: 'zh' }, { model: createReader('', {}) })).rejects.toMatchObject({ code: 'invalid_input' });
});
