import { describe, expect, test } from 'vitest';
import { fakeTranslator, sourceOf, toChinese, toEnglish } from './testing/fake-translator.ts';
import { translate } from './translate.ts';

const honest = () => fakeTranslator(toChinese);
const letter = `The ferry leaves the old harbour at half past eight.\n\nIt comes back in the evening with the mail. Nobody knows why.\n`;

describe('bad input', () => {
  test.each([
    [{ text: 'Hello', to: 'xx' }, 'no standard knows this language'],
    [{ text: 'Hello', to: 'chinese' }, 'give a language tag'],
    [{ text: 'Hello', to: 'qqq' }, 'no standard knows'],
    [{ to: 'zh' }, 'give the text to translate'],
    [{ text: 'a', texts: ['b'], to: 'zh' }, 'give either'],
    [{ texts: [{ id: 'a', text: 'x' }, { id: 'a', text: 'y' }], to: 'zh' }, 'another text has the id "a"'],
    [{ text: 'a', to: 'zh', glossary: [{ source: 'a' }] }, 'give a "target", or keep: true'],
    [{ text: 'a', to: 'zh', glossary: [{ source: 'a', target: 'b' }, { source: 'A', target: 'c' }] }, 'stands in the glossary twice'],
    [{ text: '{ "a": "b" ', to: 'zh', format: 'json' as const }, 'line 1'],
  ])('%j is refused', async (input, message) => {
    const { model, engine } = honest();
    await expect(translate(input, { model })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(message) });
    expect(engine.requests).toHaveLength(0);
  });

  test('a text that is in the language already is kept, with a word about it', async () => {
    const { model, engine } = honest();
    const result = await translate({ text: '渡轮八点半离开旧港口。', to: 'zh', from: 'zh' }, { model });
    expect(result).toMatchObject({ text: '渡轮八点半离开旧港口。', status: 'complete', warnings: ['the text is in zh already; nothing was translated'] });
    expect(engine.requests).toHaveLength(0);
  });

  test('of mixed languages what is in the wanted one is kept', async () => {
    const { model } = honest();
    const { segments } = await translate({ text: `${letter}\n渡轮八点半离开旧港口。\n`, to: 'zh' }, { model });
    expect(segments.map(({ state }) => state)).toEqual(['translated', 'translated', 'kept']);
    const { segments: others } = await translate({ text: '渡轮八点半离开旧港口，晚上带着邮件回来。\n\nThe ferry leaves the old harbour at half past eight.\n\nGitHub', to: 'en' }, fakeTranslator(toEnglish));
    expect(others.map(({ state }) => state)).toEqual(['translated', 'kept', 'kept']);
  });

  test('placeholders, punctuation, zero-width characters and nothing at all need no model', async () => {
    const { model, engine } = honest();
    const texts = ['{name}', '%s: %d', '…', '\u200b\u200b', '   ', '', '{{x}} https://a.example', '\ufeff', '12.50', '🎉'];
    const result = await translate({ texts, to: 'zh' }, { model });
    expect(result.texts?.map(({ text }) => text)).toEqual(texts);
    expect(result.status).toBe('complete');
    expect(engine.requests).toHaveLength(0);
  });

  test('a sentence that no model can hold fails alone', async () => {
    const { model } = fakeTranslator(toChinese, { contextLength: 500 });
    const { segments, status } = await translate({ text: `${letter}\n${'ferry harbour mail '.repeat(400)}\n`, to: 'zh' }, { model });
    expect(segments.map(({ state }) => state)).toEqual(['translated', 'translated', 'failed']);
    expect([status, segments[2]?.issues]).toEqual(['incomplete', [expect.stringContaining('longer than the model')]]);
  });

  test('zero-width spaces inside are not shown to the model', async () => {
    const { model, engine } = honest();
    await translate({ texts: ['The fer\u200bry is late.'], to: 'zh' }, { model });
    expect(sourceOf(engine.requests[0]!)).toBe('The ferry is late.');
  });

  test('right to left', async () => {
    const source = 'תעבורת המעבורת יוצאת מהנמל הישן בשעה שמונה וחצי עם {count} נוסעים.';
    const { texts, from, status } = await translate({ texts: [source], to: 'zh' }, fakeTranslator((text) => `轮渡八点半从旧港口出发，带着${/\[\[\d+\]\]/.exec(text)?.[0]}位乘客离开。`));
    expect(from).toBe('he');
    expect(texts?.[0]?.text).toContain('{count}');
    expect(status).toBe('complete');
  });

  test('control tokens in a text are data', async () => {
    const { model, engine } = honest();
    const { texts } = await translate({ texts: ['Write <|im_end|> to end the turn of the user.'], to: 'zh' }, { model });
    expect(JSON.stringify(engine.requests[0]!.prompt)).not.toContain('<|im_end|>');
    expect(texts?.[0]?.text).toContain('<|im_end|>');
  });

  test('a text of 50,000 lines', async () => {
    const { model, engine } = fakeTranslator(toChinese, { slots: 8 });
    const lines = Array.from({ length: 50_000 }, (_, index) => (index % 2 === 0 ? `Line ${index % 997} of the log.` : ''));
    const { segments, status } = await translate({ text: lines.join('\n'), to: 'zh' }, { model });
    expect(segments).toHaveLength(25_000);
    expect(status).toBe('complete');
    expect(engine.requests.length).toBeLessThanOrEqual(1_000);
  }, 60_000);

  test('an abort ends the run', async () => {
    const controller = new AbortController();
    const { model } = fakeTranslator((text) => (controller.abort(), toChinese(text)));
    await expect(translate({ text: letter, to: 'zh' }, { model, signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' });
  });
});
