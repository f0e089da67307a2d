import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { describe, expect, test } from 'vitest';
import { summarize } from './summarize.ts';
import { documentOf, instructionOf } from './testing/scripted.ts';

const text = 'The council met in the old town hall of Bern. It voted for the new bridge by nine to four. Work begins in May, the mayor said. The bridge will cost 12 million euros. Boats must wait until autumn.';
const dictionary: Record<string, string> = {
  'The bridge will cost 12 million euros.': '新桥将耗资一千二百万欧元。',
  'Elephants dance on purple mountains tonight.': '大象今晚在紫色的山上跳舞。',
  'Work begins in May.': '五月开工。',
};

/** Summarizes with the draft, translates by the dictionary. */
function open(draft: string, words = dictionary) {
  const engine = fakeEngine({ reply: (request) => (instructionOf(request).startsWith('把') ? (words[documentOf(request)] ?? documentOf(request)) : draft) });
  return { engine, model: createModel(engine) };
}

describe('a summary in another language', () => {
  test('is written and checked in that of the text, then translated sentence by sentence', async () => {
    const { engine, model } = open('The bridge will cost 12 million euros. Work begins in May.');
    expect(await summarize({ text, language: 'zh' }, { model })).toMatchObject({ summary: '新桥将耗资一千二百万欧元。五月开工。', lengthMet: true, unverified: [], warnings: [] });
    expect(engine.requests.map(instructionOf).filter((instruction) => instruction.startsWith('把'))).toHaveLength(2);
  });

  test('has points with the sources of the text; what nothing supports is flagged or dropped', async () => {
    const draft = '- The bridge will cost 12 million euros.\n- Elephants dance on purple mountains tonight.';
    const flagged = await summarize({ text, language: 'zh', format: 'key-points' }, open(draft));
    expect(flagged.points).toMatchObject([{ text: '新桥将耗资一千二百万欧元。', supported: true, sources: [{ text: 'The bridge will cost 12 million euros.' }] }, { supported: false }]);
    const dropped = await summarize({ text, language: 'zh', format: 'key-points', unsupported: 'drop' }, open(draft));
    expect(dropped).toMatchObject({ summary: '- 新桥将耗资一千二百万欧元。', points: [{ supported: true }] });
  });

  test('takes over no word in small letters where the script is another', async () => {
    const engine = fakeEngine({ reply: (request) => (instructionOf(request).startsWith('把') ? '新桥将耗资一千二百万欧元。' : 'The bridge will cost 12 million euros.'), can: { avoid: true } });
    await summarize({ text, language: 'zh', length: 'short' }, { model: createModel(engine) });
    expect(engine.requests.at(-1)?.avoid).toEqual(['bridge', 'will', 'cost', 'million', 'euros']);
  });

  test('names a number that only the translation has', async () => {
    const wrong = open('The bridge will cost 12 million euros. Work begins in May.', { ...dictionary, 'The bridge will cost 12 million euros.': '新桥将耗资一千五百万欧元。' });
    expect((await summarize({ text, language: 'zh' }, wrong)).unverified).toEqual([expect.stringContaining('一千五百万')]);
  });

  test('a sentence that cannot be translated stays, with a warning', async () => {
    const { summary, warnings } = await summarize({ text, language: 'zh' }, open('The bridge will cost 12 million euros. Boats must wait until the autumn storms are over.'));
    expect(summary).toBe('新桥将耗资一千二百万欧元。Boats must wait until the autumn storms are over.');
    expect(warnings.join()).toContain('1 of 2 sentences could not be translated');
  });

  test('is in the script asked for, by code', async () => {
    expect(await summarize({ text, language: 'zh-Hant', length: 'short' }, open('Work begins in May.'))).toMatchObject({ summary: '五月開工。' });
    const chinese = '市议会昨天在旧市政厅开会。会议以九票对四票通过了新桥的方案。市长说工程五月开始。';
    const engine = fakeEngine({ reply: () => '会议通过了新桥的方案。市长说工程五月开始。' });
    expect(await summarize({ text: chinese, language: 'zh-TW' }, { model: createModel(engine) })).toMatchObject({ summary: '會議通過了新橋的方案。市長說工程五月開始。' });
    expect(engine.requests).toHaveLength(1);
  });

  test('meets its own length: words and characters are counted in the language asked for', async () => {
    const { summary, lengthMet } = await summarize({ text, language: 'zh', length: { characters: 12 } }, open('The bridge will cost 12 million euros.'));
    expect([summary, lengthMet]).toEqual(['新桥将耗资一千二百万欧元。', true]);
  });
});
