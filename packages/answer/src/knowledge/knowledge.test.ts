import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKnowledge, loadKnowledge, type Knowledge } from './knowledge.ts';
import type { Source } from './read-source.ts';

const faq = JSON.stringify([
  { question: '怎么退货？', answer: '签收后七天内可以退货。', variants: ['我要退货'], category: '售后' },
  { question: '运费是多少？', answer: '满九十九元免运费。' },
]);
const shop: Source[] = [
  { source: 'faq.json', text: faq },
  { source: 'guide.md', text: '# Guide\n\n## Cleaning\n\nWash the kettle with warm water.\n\n## Warranty\n\nThe warranty lasts two years.\n', data: { version: 2 } },
  { source: 'page.html', text: '<h1>Opening hours</h1><p>We open at nine.</p><h2>Holidays</h2><p>Closed on New Year.</p>' },
];

/** About animals or about money, and nothing else. */
const embed = async (texts: string[]) => texts.map((text) => (/cat|kitten|pet/.test(text) ? Float32Array.of(1, 0) : Float32Array.of(0, 1)));
const createEmbedder = () => createModel(fakeEngine({ reply: () => '', embed }));

describe('createKnowledge', () => {
  test('finds by words, with the headings and offsets of what it found', async () => {
    const knowledge = await createKnowledge(shop);
    const [hit] = await knowledge.search('How many years does the warranty last?');
    expect(hit?.passage).toMatchObject({ source: 'guide.md', title: 'Guide > Warranty', data: { version: 2 } });
    expect(hit?.coverage).toBe(1);
    expect(hit?.similarity).toBeUndefined();
    const [page] = await knowledge.search('closed on which holidays');
    expect(page?.passage.title).toBe('Opening hours > Holidays');
    const [entry] = await knowledge.search('可以退货吗');
    expect(entry?.passage).toMatchObject({ text: '怎么退货？', answer: '签收后七天内可以退货。', variants: ['我要退货'], data: { category: '售后' } });
    for (const { source, start, end, text } of knowledge.passages) expect(knowledge.readText(source)?.slice(start, end)).toBe(text);
    expect(knowledge.readText('faq.json')).toContain('签收后七天内可以退货。');
    expect(knowledge.readText('nowhere')).toBeUndefined();
  });

  test('lines of a page that only look like headings, and comments, are no titles', async () => {
    const page = '<h1>Manual</h1><pre># install it\nnpm install\n```</pre><!-- <h2>Draft</h2> --><h2>Parts</h2><p># 1 of all screws</p><p>&lt;!-- shown</p><h2>Care</h2><p>Dust it.</p>';
    const { passages } = await createKnowledge([{ source: 'page.html', text: page }, { source: 'a.md', text: '# Shop\n\n<!--\n# Draft\n-->\n\nOpen.\n' }]);
    expect(passages.map(({ title }) => title)).toEqual(['Manual', 'Manual > Parts', 'Manual > Care', 'Shop']);
  });

  test('empty knowledge, empty sources and empty questions find nothing', async () => {
    const knowledge = await createKnowledge([]);
    expect(await knowledge.search('anything')).toEqual([]);
    await knowledge.add([{ source: 'empty.txt', text: '' }, { source: 'none.json', text: '[]' }]);
    expect(await knowledge.search('anything')).toEqual([]);
    expect(await (await createKnowledge(shop)).search(['', '  '])).toEqual([]);
    expect(await (await createKnowledge(shop)).search('xylophone')).toEqual([]);
  });

  test('passages of a document cover every character once, in its order', async () => {
    const anyText = fc.array(fc.constantFrom('# 标题\n', 'word ', '长句子，', '完。', '\n\n', '```\n', '| a |\n', '👨‍👩‍👧', '\r\n', 'x'.repeat(90)), { maxLength: 60 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(anyText, fc.constantFrom('plain', 'markdown'), fc.integer({ min: 16, max: 60 }), async (text, kind, passageSize) => {
        fc.pre(text.trim() !== '');
        const { passages, readText } = await createKnowledge([{ source: 's', text, kind: kind as 'plain' }], { passageSize });
        expect(passages.map((passage) => passage.text).join('')).toBe(readText('s'));
        let end = 0;
        for (const passage of passages) {
          expect(passage.start).toBe(end);
          end = passage.end;
        }
        expect(new Set(passages.map(({ id }) => id)).size).toBe(passages.length);
      }),
    );
  });

  test('one huge document is cut into passages of the size asked for', async () => {
    const text = Array.from({ length: 20_000 }, (_, number) => `第${number}条规定说明了编号为${number}的事项。`).join('');
    const knowledge = await createKnowledge([{ source: 'huge.txt', text }]);
    expect(knowledge.passages.length).toBeGreaterThan(500);
    expect(Math.max(...knowledge.passages.map((passage) => passage.text.length))).toBeLessThanOrEqual(1_600);
    expect((await knowledge.search('编号为17321的事项'))[0]?.passage.text).toContain('17321');
  });

  test('Traditional and Simplified find each other, and what is found stands as it was written', async () => {
    const text = '本店的簡體說明。\n\n網絡設備啟動後，請憑藉憑證登錄。';
    const knowledge = await createKnowledge([
      { source: 'hant.txt', text },
      { source: 'hans.txt', text: '退货计划：头发护理用品不退。' },
      { source: 'faq.json', text: '[{ "question": "怎麼開發票？", "answer": "聯繫客服。" }]' },
    ], { passageSize: 16 });
    const questions = [
      ['简体说明', '簡體說明', 'hant.txt'],
      ['凭借什么登录网络设备？', '憑藉什麼登錄網絡設備？', 'hant.txt'],
      ['头发护理用品的退货计划是什么？', '頭髮護理用品的退貨計畫是什麼？', 'hans.txt'],
      ['怎么开发票', '怎麼開發票', 'faq.json'],
    ] as const;
    for (const [simplified, traditional, source] of questions) {
      const hits = await knowledge.search(simplified);
      expect(hits[0]).toMatchObject({ passage: { source } });
      expect(hits[0]?.coverage).toBeGreaterThan(0.6);
      expect(await knowledge.search(traditional)).toEqual(hits);
    }
    for (const { source, start, end, text: shown } of knowledge.passages) expect(knowledge.readText(source)?.slice(start, end)).toBe(shown);
    expect(knowledge.readText('hant.txt')).toBe(text);
  });

  test('a filter is kept, and the limit counts what passed it', async () => {
    const knowledge = await createKnowledge(shop);
    const hits = await knowledge.search('the kettle warranty we open', { filter: ({ source }) => source !== 'guide.md', limit: 1 });
    expect(hits.map(({ passage }) => passage.source)).toEqual(['page.html']);
    await expect(knowledge.search('kettle', { limit: 0 })).rejects.toThrow('"limit" is 0');
  });

  test('several forms of a question are fused, and the better one tells coverage', async () => {
    const knowledge = await createKnowledge(shop);
    const hits = await knowledge.search(['How long does it last?', 'How many years does the warranty last?', 'warm water']);
    expect(hits[0]?.passage.title).toBe('Guide > Warranty');
    expect(hits[0]?.coverage).toBe(1);
    expect(hits.map(({ passage }) => passage.title)).toContain('Guide > Cleaning');
  });

  test('with a model finds what shares no word', async () => {
    const sources = [{ source: 'a.txt', text: 'A kitten needs warmth.' }, { source: 'b.txt', text: 'Interest is paid yearly.' }];
    await using model = createEmbedder();
    expect(await (await createKnowledge(sources)).search('pets')).toEqual([]);
    const [hit] = await (await createKnowledge(sources, { model })).search('pets');
    expect(hit).toMatchObject({ similarity: 1, coverage: 0, passage: { source: 'a.txt' } });
  });

  test('refuses names that come twice, bad sources and bad rows, and then adds nothing', async () => {
    const knowledge = await createKnowledge(shop);
    await expect(knowledge.add([{ source: 'new.txt', text: 'new' }, { source: 'guide.md', text: 'x' }])).rejects.toThrow('The source "guide.md" is known already; replace it with update.');
    await expect(knowledge.add([{ source: 'new.txt', text: 'a' }, { source: 'new.txt', text: 'b' }])).rejects.toThrow('Two sources have the name "new.txt"');
    await expect(knowledge.add([{ source: 'new.txt', text: 'a' }, { source: 'bad.csv', text: 'question,answer\n,x' }])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('line 2') });
    await expect(knowledge.add([{ source: 'both.txt', text: 'a', bytes: Buffer.from('a') }])).rejects.toThrow('either "text" or "bytes"');
    await expect(knowledge.add([{ source: '', text: 'a' }])).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(knowledge.remove(['guide.md', 'nowhere'])).rejects.toThrow('No source is called "nowhere"');
    expect(knowledge.sources).toEqual(shop.map(({ source }) => source));
    expect(await knowledge.search('new')).toHaveLength(1); // New Year
  });

  test('bytes are decoded', async () => {
    const knowledge = await createKnowledge([{ source: 'a.txt', bytes: Buffer.of(0xc4, 0xe3, 0xba, 0xc3) }]);
    expect(knowledge.passages[0]?.text).toBe('你好');
  });

  test('changes come one after the other, whatever is asked for at once', async () => {
    const knowledge = await createKnowledge([]);
    await Promise.all([
      knowledge.add([{ source: 'a', text: 'one' }]),
      knowledge.update([{ source: 'a', text: 'two' }]),
      expect(knowledge.add([{ source: 'a', text: 'three' }])).rejects.toThrow('known already'),
      knowledge.add([{ source: 'b', text: 'four' }]),
      knowledge.remove(['a']),
    ]);
    expect(knowledge.passages.map(({ text }) => text)).toEqual(['four']);
  });

  test('is stopped', async () => {
    const signal = AbortSignal.abort();
    await expect(createKnowledge(shop, { signal })).rejects.toMatchObject({ code: 'aborted' });
    await expect((await createKnowledge(shop)).search('kettle', { signal })).rejects.toMatchObject({ code: 'aborted' });
  });
});

test('adding, updating and removing leave what building anew gives', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const anyText = fc.array(fc.constantFrom('tea ', 'green ', 'cat ', '绿茶', '退货。', 'pet\n\n'), { minLength: 1, maxLength: 30 }).map((parts) => parts.join(''));
  const anyChange = fc.record({ name: fc.constantFrom(...names), text: fc.option(anyText, { nil: undefined }) });
  await using model = createEmbedder();
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange, { maxLength: 8 }), fc.constantFrom('green tea', '退货', 'cat'), fc.boolean(), async (changes, query, hasModel) => {
      const options = { passageSize: 16, ...(hasModel ? { model } : {}) };
      const knowledge = await createKnowledge([], options);
      const now = new Map<string, string>();
      for (const { name, text } of changes) {
        if (text !== undefined) await knowledge.update([{ source: name, text }]);
        else if (now.has(name)) await knowledge.remove([name]);
        now.delete(name);
        if (text !== undefined) now.set(name, text);
      }
      const rebuilt = await createKnowledge([...now].map(([source, text]) => ({ source, text })), options);
      expect(knowledge.passages).toEqual(rebuilt.passages);
      expect(knowledge.sources).toEqual(rebuilt.sources);
      expect(await knowledge.search(query)).toEqual(await rebuilt.search(query));
    }),
    { numRuns: 60 },
  );
});

describe('save and loadKnowledge', () => {
  let folder: string;
  let path: string;
  const everything = async (knowledge: Knowledge) => [knowledge.sources, knowledge.passages, knowledge.sources.map(knowledge.readText), await knowledge.search('kitten 退货 warranty')];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glm-tasks-knowledge-'));
    path = join(folder, 'shop.knowledge');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('what was saved comes back, with vectors that are not made again', async () => {
    await using model = createEmbedder();
    const knowledge = await createKnowledge([...shop, { source: 'odd', text: 'kitten \ud800 \u2028 </script>' }], { model, passageSize: 50 });
    await knowledge.save(path);
    let embedded = 0;
    const counting = { name: model.name, embed: async (texts: string[]) => ((embedded += texts.length), model.embed(texts)) };
    const loaded = await loadKnowledge(path, { model: counting });
    expect(embedded).toBe(0);
    expect(await everything(loaded)).toEqual(await everything(knowledge));
    const ofOther = await loadKnowledge(path, { model: { ...counting, name: 'another model' } });
    expect(embedded).toBeGreaterThan(knowledge.passages.length);
    expect(await everything(ofOther)).toEqual(await everything(knowledge));
    const withoutModel = await loadKnowledge(path);
    expect((await withoutModel.search('kitten'))[0]?.similarity).toBeUndefined();
    await loaded.add([{ source: 'more.txt', text: 'More about kettles. '.repeat(30) }]);
    expect(loaded.passages.filter(({ source }) => source === 'more.txt').length).toBeGreaterThan(1); // passages are as small as before
  });

  test('saving replaces a file and leaves nothing beside it', async () => {
    await (await createKnowledge(shop)).save(path);
    await (await createKnowledge([])).save(path);
    expect((await loadKnowledge(path)).sources).toEqual([]);
    expect(await readdir(folder)).toEqual(['shop.knowledge']);
    await expect((await createKnowledge([])).save(folder)).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await readdir(folder)).toEqual(['shop.knowledge']);
  });

  test('a file that is missing, foreign, of another version or damaged is told apart', async () => {
    await (await createKnowledge(shop)).save(path);
    const saved = await readFile(path, 'utf8');
    const load = async (text: string) => {
      await writeFile(path, text);
      return loadKnowledge(path);
    };
    await expect(load('')).rejects.toThrow('is not a file that a knowledge was saved in');
    await expect(load('{"any":"json"}\n{}')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(load(saved.replace('"version":1', '"version":2'))).rejects.toThrow('was saved in format 2, and this version of glm-tasks reads format 1');
    await expect(load(saved.replace('退货', '换货'))).rejects.toMatchObject({ code: 'integrity_failed' });
    await expect(load(saved.slice(0, -100))).rejects.toMatchObject({ code: 'integrity_failed' });
    await expect(loadKnowledge(join(folder, 'nowhere'))).rejects.toThrow('There is no knowledge at');
  });
});
