import { createMemoryStore } from '@glm-tasks/task';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeTranslator, messagesOf, orderOf, sourceOf, toChinese } from './testing/fake-translator.ts';
import { translate } from './translate.ts';

const honest = () => fakeTranslator(toChinese);
const letter = `The ferry leaves the old harbour at half past eight.\n\nIt comes back in the evening with the mail. Nobody knows why.\n`;

describe('a text', () => {
  test('comes back paragraph by paragraph, with its segments', async () => {
    const { model } = honest();
    const result = await translate({ text: letter, to: 'zh' }, { model });
    const [first = '', second = ''] = letter.trim().split('\n\n');
    expect(result.text).toBe(`${toChinese(first)}\n\n${toChinese(second)}\n`);
    expect(result).toMatchObject({ from: 'en', to: 'zh', format: 'plain', status: 'complete', warnings: [], usage: { calls: 2 } });
    expect(result.segments.map(({ source, state, issues }) => ({ source, state, issues }))).toEqual([
      { source: first, state: 'translated', issues: [] },
      { source: second, state: 'translated', issues: [] },
    ]);
  });

  test('is told by its content: structure stays as it was', async () => {
    const { model } = honest();
    const { text, format } = await translate({ text: '{\n  "save": "Save {count} files",\n  "nested": ["Open it", 3, true]\n}\n', to: 'zh' }, { model });
    expect(format).toBe('json');
    expect(text).toBe(`{\n  "save": "${toChinese('Save')} {count} ${toChinese('files')}",\n  "nested": ["${toChinese('Open it')}", 3, true]\n}\n`.replaceAll(' {count} ', '{count}'));
  });

  test('goes out as deltas that join to it, whatever the order its segments are finished in', async () => {
    const line = fc.array(fc.constantFrom('ferry', 'harbour', '{name}', 'Emma', '12', '"quoted"', '中文', '🎉', '**bold**', '<b>x</b>', 'https://a.example/b', '# ', '- '), { minLength: 1, maxLength: 8 }).map((words) => words.join(' '));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.constantFrom('plain' as const, 'html' as const, 'markdown' as const), async (lines, format) => {
        const { model } = fakeTranslator((source) => (source.length % 5 === 0 ? source : toChinese(source)), { slots: 3 });
        const deltas: string[] = [];
        let text: string | undefined;
        for await (const event of translate.stream({ text: lines.join('\n\n'), to: 'zh', format }, { model })) {
          if (event.type === 'text-delta') deltas.push(event.text);
          if (event.type === 'result') text = event.result.text;
        }
        expect(deltas.join('')).toBe(text);
        expect(deltas).not.toContain('');
      }),
      { numRuns: 60 },
    );
  });

  test('may keep its alternative texts and titles', async () => {
    const { model } = honest();
    const page = '<p title="A hint">Open <img alt="the door"></p>';
    expect((await translate({ text: page, to: 'zh' }, { model })).segments).toHaveLength(3);
    expect((await translate({ text: page, to: 'zh', keepAttributes: true }, { model })).text).toBe(`<p title="A hint">${toChinese('Open')} <img alt="the door"></p>`);
  });

  test('streams before it is finished', async () => {
    const { model } = fakeTranslator(toChinese, { slots: 1 });
    const events: string[] = [];
    for await (const { type } of translate.stream({ text: Array.from({ length: 40 }, (_, index) => `Boat ${index} is in the harbour.`).join('\n\n'), to: 'zh' }, { model })) events.push(type);
    expect(events.indexOf('text-delta')).toBeLessThan(events.length / 2);
  });
});

test('several texts keep order and identity, each with its own segments', async () => {
  const { model } = honest();
  const result = await translate({ texts: [{ id: 'open', text: 'Open the file' }, 'Close the door', { id: 'name', text: '{name}' }, ''], to: 'zh' }, { model });
  expect(result.texts).toEqual([
    { id: 'open', text: toChinese('Open the file') },
    { id: '1', text: toChinese('Close the door') },
    { id: 'name', text: '{name}' },
    { id: '3', text: '' },
  ]);
  expect(result.text).toBeUndefined();
  expect(result.segments.filter(({ state }) => state === 'translated').map(({ textId }) => textId)).toEqual(['open', '1']);
});

test('equal texts are translated once', async () => {
  const { model, engine } = honest();
  const { texts } = await translate({ texts: ['Open the file', 'Close it', 'Open the file'], to: 'zh' }, { model });
  expect(engine.requests).toHaveLength(2);
  expect(texts?.[2]?.text).toBe(texts?.[0]?.text);
});

describe('an answer that fails its checks', () => {
  const source = 'The ferry leaves the old harbour at half past eight with {count} passengers.';

  test('is asked for once more in other words', async () => {
    const { model, engine } = fakeTranslator((text) => (engine.requests.length === 1 ? text : toChinese(text)));
    expect(await translate({ texts: [source], to: 'zh' }, { model })).toMatchObject({ status: 'complete', segments: [{ state: 'translated', issues: [] }] });
    expect(new Set(engine.requests.map(orderOf)).size).toBe(2);
  });

  test('without the words of its source, where the engine can keep them out', async () => {
    const { model, engine } = fakeTranslator((text, { avoid }) => (avoid ? toChinese(text) : text), { can: { avoid: true } });
    await translate({ texts: [source], to: 'zh', glossary: [{ source: 'passengers', target: 'passengers 乘客' }] }, { model });
    expect(engine.requests.slice(0, 2).map(({ avoid }) => avoid)).toEqual([undefined, ['ferry', 'leaves', 'the', 'old', 'harbour', 'half', 'past', 'eight', 'with']]);
  });

  test('twice: the best of some samples', async () => {
    const { model, engine } = fakeTranslator((text, { temperature = 0 }) => (temperature === 0 ? text : toChinese(text)));
    expect(await translate({ texts: [source], to: 'zh' }, { model })).toMatchObject({ status: 'complete', segments: [{ state: 'translated' }] });
    expect(new Set(engine.requests.slice(2).map(({ seed }) => seed)).size).toBe(4);
  });

  test('because it is the translation of what stood before it: without that', async () => {
    const lines = Array.from({ length: 6 }, (_, index) => `Maria Kestrel saw ${'boat '.repeat(index + 2)}in Hull.`);
    const { model } = fakeTranslator((asked, request) => messagesOf(request).find(({ role }) => role === 'assistant')?.content ?? toChinese(asked), { slots: 1 });
    const { segments } = await translate({ text: lines.join('\n\n'), to: 'zh' }, { model });
    expect(segments.map(({ target }) => target)).toEqual(lines.map(toChinese));
  });

  test('of several sentences: each alone', async () => {
    const text = 'The ferry leaves the old harbour. It comes back in the evening with the mail.';
    const { model, engine } = fakeTranslator((asked) => (asked === text ? '渡轮离开。' : toChinese(asked)));
    const { texts } = await translate({ texts: [text], to: 'zh' }, { model });
    expect(texts?.[0]?.text).toBe(text.split(/(?<=\.) /).map(toChinese).join(''));
    expect(engine.requests).toHaveLength(4);
  });

  test('because a mark is lost: with the placeholder itself in its place', async () => {
    const { model, engine } = fakeTranslator((text) => toChinese(text.replaceAll('{count}', '⟦9⟧').replace(/\[\[1\]\]/g, '')).replace('⟦9⟧', '{count}'));
    const { texts, segments } = await translate({ texts: [source], to: 'zh' }, { model });
    expect(texts?.[0]?.text).toContain('{count}');
    expect(segments[0]?.issues).toEqual([]);
    expect(engine.requests).toHaveLength(2);
  });

  test('because a placeholder is lost: what stands around it', async () => {
    const { model } = fakeTranslator((text) => toChinese(text.replace('{count}', '')).replace(/\[\[\d+\]\]/g, ''));
    const result = await translate({ texts: [source], to: 'zh' }, { model });
    expect(result.texts?.[0]?.text).toContain('{count}');
    expect(result).toMatchObject({ status: 'complete', segments: [{ state: 'translated', issues: ['was translated in parts, between its placeholders and tags'] }] });
  });

  test('always: the source stands, and everything says so', async () => {
    const { model } = fakeTranslator((text) => text);
    const result = await translate({ text: `${letter}\n{count}\n`, to: 'zh' }, { model });
    expect(result.text).toBe(`${letter}\n{count}\n`);
    expect(result.status).toBe('incomplete');
    expect(result.segments.map(({ state }) => state)).toEqual(['failed', 'failed', 'kept']);
    expect(result.segments[0]?.issues).toEqual(['the answer is the source']);
    expect(result.warnings[0]).toMatch(/^2 of 3 segments could not be translated and stand in the source language: /);
  });

  test('in one branch fails no other text', async () => {
    const { model } = fakeTranslator((text) => (text.includes('mail') ? '' : toChinese(text)));
    const { segments, text } = await translate({ text: letter, to: 'zh' }, { model });
    expect(segments.map(({ state }) => state)).toEqual(['translated', 'failed']);
    expect(text).toContain('It comes back in the evening with the mail.');
  });
});

describe('glossary', () => {
  const glossary = [{ source: 'ferry', target: '轮渡' }, { source: 'captain', target: '船长' }, { source: 'Kestrel', keep: true }];

  test('only terms that occur are sent, and a missed one is asked for with the term in its place', async () => {
    const { model, engine } = fakeTranslator((text) => toChinese(text));
    const { texts, segments } = await translate({ texts: ['The ferry is late.', 'Nothing of it here.'], to: 'zh', glossary }, { model });
    const orders = engine.requests.map(orderOf);
    expect(orders[0]).toContain('ferry 翻译成 轮渡');
    expect(orders.join()).not.toContain('船长');
    expect(sourceOf(engine.requests.find((request) => sourceOf(request).includes('轮渡')) ?? engine.requests[0]!)).toBe('The 轮渡 is late.');
    expect(texts?.[0]?.text).toContain('轮渡');
    expect(segments[0]?.issues).toEqual([]);
  });

  test('what is missed twice is put behind a mark', async () => {
    const { model, engine } = fakeTranslator((text) => toChinese(text.replace('轮渡', 'boat')));
    const { texts, segments } = await translate({ texts: ['The ferry is late.'], to: 'zh', glossary }, { model });
    expect(texts?.[0]?.text).toContain('轮渡');
    expect(segments[0]).toMatchObject({ state: 'translated', issues: [] });
    expect(engine.requests).toHaveLength(3);
  });

  test('what is missed all the same is listed', async () => {
    const { model } = fakeTranslator((text) => toChinese(text.replace('轮渡', 'boat').replace(/\[\[\d+\]\]/, 'boat')));
    const { segments, status, warnings } = await translate({ texts: ['The ferry is late.'], to: 'zh', glossary }, { model });
    expect(segments[0]).toMatchObject({ state: 'translated', issues: ['"ferry" is not translated as "轮渡"'] });
    expect(status).toBe('complete');
    expect(warnings).toHaveLength(1);
  });

  test('what is kept is not shown to the model', async () => {
    const { model, engine } = honest();
    const { texts } = await translate({ texts: ['The Kestrel is late.'], to: 'zh', glossary }, { model });
    expect(texts?.[0]?.text).toContain('Kestrel');
    expect(sourceOf(engine.requests[0]!)).not.toContain('Kestrel');
  });
});

describe('memory', () => {
  const paragraphs = Array.from({ length: 30 }, (_, index) => `Paragraph ${index} tells of the bridge and of ${index * 7} boats that wait for it.`);

  test('a second run costs nothing, an edited text pays for what changed, and other terms, tones and models pay anew', async () => {
    const store = createMemoryStore();
    const { model, engine } = honest();
    const first = await translate({ text: paragraphs.join('\n\n'), to: 'zh' }, { model, store });
    expect(engine.requests).toHaveLength(30);
    const second = await translate({ text: paragraphs.join('\n\n'), to: 'zh' }, { model, store });
    expect(second).toMatchObject({ text: first.text, usage: { calls: 0 } });
    expect(new Set(second.segments.map(({ state }) => state))).toEqual(new Set(['remembered']));
    await translate({ text: paragraphs.with(3, 'A new one, about the school.').toReversed().join('\n\n'), to: 'zh' }, { model, store });
    expect(engine.requests).toHaveLength(31);
    await translate({ text: paragraphs.slice(0, 4).join('\n\n'), to: 'zh', glossary: [{ source: 'Paragraph 2', target: '第二段' }] }, { model, store });
    expect(engine.requests.length).toBeLessThanOrEqual(34);
    await translate({ text: paragraphs.slice(0, 4).join('\n\n'), to: 'zh', tone: 'formal' }, { model, store });
    expect(engine.requests.length).toBeGreaterThanOrEqual(36);
  });

  test('a failed segment is not paid for again', async () => {
    const store = createMemoryStore();
    const { model, engine } = fakeTranslator((text) => text);
    await translate({ texts: ['The ferry is late.'], to: 'zh' }, { model, store });
    const calls = engine.requests.length;
    expect(await translate({ texts: ['The ferry is late.'], to: 'zh' }, { model, store })).toMatchObject({ status: 'incomplete', usage: { calls: 0 } });
    expect(engine.requests).toHaveLength(calls);
  });
});

test('what was translated before and has the same names stands before a text, whatever the timing', async () => {
  const text = Array.from({ length: 12 }, (_, index) => (index % 5 === 0 ? `Then Maria Kestrel met the captain on day ${index}.` : `The wind was strong on day ${index}.`)).join('\n\n');
  const runs = await Promise.all([1, 2].map(async () => {
    const { model, engine } = fakeTranslator(toChinese, { slots: 2 });
    await translate({ text, to: 'zh' }, { model });
    return engine.requests.map((request) => messagesOf(request).map(({ content }) => content));
  }));
  expect(runs[0]?.toSorted()).toEqual(runs[1]?.toSorted());
  const later = runs[0]?.find((messages) => messages.at(-1)?.includes('day 10')) ?? [];
  expect(later.some((content) => content.includes('day 5') || content.includes('day 0'))).toBe(true);
});

test('Chinese addresses the reader as it was asked to', async () => {
  const reply = () => '您好，请打开您的文件夹，然后等待几分钟。';
  expect((await translate({ texts: ['Hello, please open your folder, then wait a few minutes.'], to: 'zh', tone: 'informal' }, fakeTranslator(reply))).texts?.[0]?.text).toBe('你好，请打开你的文件夹，然后等待几分钟。');
  expect((await translate({ texts: ['Hello, please open your folder, then wait a few minutes.'], to: 'zh', tone: 'formal' }, fakeTranslator(() => reply().replaceAll('您', '你')))).texts?.[0]?.text).toBe(reply());
});

describe('Chinese scripts', () => {
  test('an answer in the other one is put into the one asked for', async () => {
    const reply = () => '这个软件还没有发布，请等待几天。';
    const { texts, status } = await translate({ texts: ['This software is not published yet, please wait for a few days.'], to: 'zh-TW' }, fakeTranslator(reply));
    expect(texts?.[0]?.text).toBe('這個軟件還沒有發佈，請等待幾天。');
    expect(status).toBe('complete');
  });

  test('from one to the other by rules, without a call', async () => {
    const { model, engine } = honest();
    const { text, segments } = await translate({ text: '皇后的头发很长。', to: 'zh-Hant' }, { model });
    expect(text).toBe('皇后的頭髮很長。');
    expect(segments[0]?.state).toBe('translated');
    expect(engine.requests).toHaveLength(0);
  });
});
