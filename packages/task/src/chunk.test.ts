import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { chunkText } from './chunk.ts';
import { cutSentences, splitSentences } from './sentences.ts';

const seen: string[] = [];
const engine = fakeEngine({
  reply: () => '',
  tokensOf: (text) => {
    seen.push(text);
    return Math.ceil(text.length / 2);
  },
});
const model = createModel(engine);
const chunksOf = (text: string, maxTokens: number) => chunkText(text, { model, maxTokens });
const textsOf = async (text: string, maxTokens: number) => (await chunksOf(text, maxTokens)).map((chunk) => chunk.text);

const family = '👩🏽‍👩🏽‍👧🏽‍👦🏽';
const weird = fc.oneof(
  fc.constantFrom('。', '！”', '. ', '\n', '\r\n', '\n\n', '```', '| a | b |\n', '“', '"', '，', ' ', '\u0301', '\u200d', family, '🇨🇳', '\ud800', '\udc00', '\0', 'ﷺ', 'नि', 'e.g. ', '3.14', '\ufeff'),
  fc.string({ unit: 'binary' }),
  fc.lorem(),
  fc.stringMatching(/^[一-龥]{1,30}$/),
);
const anyText = fc.array(weird, { maxLength: 60 }).map((parts) => parts.join(''));

describe('chunkText', () => {
  test('chunks cover every character exactly once, know their offsets, keep the limit and cut no grapheme', async () => {
    const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 16, max: 60 }), async (text, maxTokens) => {
        const chunks = await chunksOf(text, maxTokens);
        expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
        let end = 0;
        const ends = new Set([...graphemes.segment(text)].map(({ index, segment }) => (segment.length > 32 ? -1 : index)));
        const long = [...graphemes.segment(text)].filter(({ segment }) => segment.length > 32);
        for (const chunk of chunks) {
          expect(chunk.start).toBe(end);
          expect(chunk.text).toBe(text.slice(chunk.start, chunk.end));
          expect(chunk.tokens).toBeLessThanOrEqual(maxTokens);
          const buried = long.some(({ index, segment }) => chunk.start >= index && chunk.start < index + segment.length);
          expect(buried || ends.has(chunk.start)).toBe(true);
          end = chunk.end;
        }
        expect(end).toBe(text.length);
      }),
      { numRuns: 500 },
    );
  });

  test('prefers paragraphs, then sentences, then clauses', async () => {
    expect(await textsOf('Short one here.\n\nAnother paragraph. It goes on.', 20)).toEqual(['Short one here.\n\n', 'Another paragraph. It goes on.']);
    expect(await textsOf('今天天气很好，我们一起去公园。明天可能会下雨，所以留在家里看书。', 16)).toEqual(['今天天气很好，我们一起去公园。', '明天可能会下雨，所以留在家里看书。']);
    expect(await textsOf('a sentence without an end, but with a comma in it', 16)).toEqual(['a sentence without an end, ', 'but with a comma in it']);
  });

  test('keeps code blocks, table rows and quoted speech whole where it can', async () => {
    const code = '```js\nconst a = 1;\n\nconst b = 2;\n```\n';
    expect(await textsOf(`Some words before it.\n${code}Some words behind it.`, 22)).toContain(code);
    const row = '| one. two. three | four. five. six |\n';
    expect(await textsOf(`${row}${row}${row}`, 24)).toEqual([row, row, row]);
    const speech = '他说：“我先走了。你留下来等他们。”';
    const told = await textsOf(`大家都在院子里等着消息。${speech}门关上了，没有人再说话。`, 16);
    expect(told.filter((part) => part.includes(speech))).toHaveLength(1);
    expect(told.length).toBe(2);
  });

  test('the last chunk is no scrap', async () => {
    const tokens = (await chunksOf('One sentence of text. '.repeat(11), 100)).map((chunk) => chunk.tokens);
    expect(Math.min(...tokens)).toBeGreaterThan(50);
  });

  test('a single line of 10 MB takes seconds, and no tokenizer call gets more than 2,000 characters', async () => {
    seen.length = 0;
    for (const line of ['a'.repeat(10_000_000), '字'.repeat(10_000_000), 'word '.repeat(2_000_000), '很好。'.repeat(3_333_333), '。\u0301'.repeat(500_000)]) {
      // Processor time, because other tests share the machine.
      const started = process.cpuUsage();
      const chunks = await chunksOf(line, 1500);
      expect(chunks.reduce((sum, chunk) => sum + chunk.text.length, 0)).toBe(line.length);
      expect(process.cpuUsage(started).user / 1_000).toBeLessThan(8_000);
      expect(Math.max(0, ...chunks.map((chunk) => chunk.tokens))).toBeLessThanOrEqual(1500);
    }
    expect(seen.reduce((longest, text) => Math.max(longest, text.length), 0)).toBeLessThanOrEqual(2_000);
  }, 100_000);

  test('counts each character once when no sentence is longer than a chunk', async () => {
    seen.length = 0;
    const text = 'A plain sentence, nothing else. '.repeat(6_250);
    await chunksOf(text, 1000);
    expect(seen.join('')).toBe(text);
  });

  test('refuses a limit that nothing fits, and stops when told', async () => {
    await expect(chunksOf('text', 3)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(chunkText('text', { model, maxTokens: 100, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(await chunksOf('', 100)).toEqual([]);
  });
});

describe('splitSentences', () => {
  test.each([
    ['Mr. Smith paid 3.14 dollars. He left!', ['Mr. Smith paid 3.14 dollars.', 'He left!']],
    ['The U.S. economy grew. J. Doe agreed.', ['The U.S. economy grew.', 'J. Doe agreed.']],
    ['今天很好。“你呢？”他问。我也好！', ['今天很好。', '“你呢？”', '他问。', '我也好！']],
    ['see example.org/a?b=c for more. ok', ['see example.org/a?b=c for more. ok']],
    ['one\ntwo', ['one', 'two']],
    ['', []],
  ])('%j', (text, sentences) => {
    expect(splitSentences(text)).toEqual(sentences);
  });

  test('the pieces join to the text', () => {
    fc.assert(fc.property(anyText, (text) => cutSentences(text).join('') === text));
  });
});
