import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkStructure } from '../check-structure.ts';
import { parseDocument } from '../parse-document.ts';
import { anyText, anyTexts, asFile } from '../testing/arbitrary.ts';
import { retextAll } from '../testing/retext.ts';
import { widthOf, wrapText, wrapToLines } from './line-breaks.ts';
import { readShape } from './shapes.ts';

const line = fc.oneof(anyText.filter((text) => !text.includes('-->')), fc.constantFrom('Hello there, <i>you</i>', '- Who is it?', '40', '<b>Bold</b> words', '{\\an8}Above', '中文字幕，很好'));
const cues = fc.array(fc.array(line, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
const timing = (index: number, mark: string) => `00:00:0${index}${mark}000 --> 00:00:0${index}${mark}900`;
const srt = asFile(cues.map((cues) => cues.map((lines, index) => `${index + 1}\n${timing(index, ',')}\n${lines.join('\n')}\n`).join('\n')));
const vtt = asFile(cues.map((cues) => `WEBVTT - title\n\nNOTE a note\n\n${cues.map((lines, index) => `id${index}\n${timing(index, '.')} align:start\n${lines.join('\n')}\n`).join('\n')}`));

describe.each([['srt', srt], ['vtt', vtt]] as const)('parseDocument of %s', (format, file) => {
  test('gives the file back byte for byte, and has the same timings, and no more lines, with any words in it', () => {
    fc.assert(
      fc.property(file, anyTexts, (text, texts) => {
        const document = parseDocument(text, format, { to: 'zh' });
        expect(document.render(new Map())).toBe(text);
        expect(document.render(new Map(document.segments.map(({ id, source }) => [id, source])))).toBe(text);
        const written = retextAll(document, texts);
        expect(readShape(written, format)).toEqual(readShape(text, format));
        expect(checkStructure(text, written, format).filter((issue) => issue.startsWith('the subtitle'))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

describe('subtitles', () => {
  const text = '1\n00:00:01,000 --> 00:00:02,000 X1:1\nI never said that\nyou should go there alone.\n\n2\n00:00:03,000 --> 00:00:04,000\n- Who?\n- You.\n\n3\n00:00:05,000 --> 00:00:06,000\n40\n';

  test('are a text each, or one a speaker, with their room', () => {
    expect(parseDocument(text, 'srt', { to: 'zh' }).segments).toEqual([
      { id: '1', source: 'I never said that you should go there alone.', place: 'line 3, subtitle 1', lineLength: 16, lines: 2, translatable: true },
      { id: '2:1', source: 'Who?', place: 'line 8, subtitle 2:1', lineLength: 16, lines: 1, translatable: true },
      { id: '2:2', source: 'You.', place: 'line 9, subtitle 2:2', lineLength: 16, lines: 1, translatable: true },
      { id: '3', source: '40', place: 'line 13, subtitle 3', lineLength: 16, lines: 1, translatable: false },
    ]);
  });

  test('keep their number of lines', () => {
    const written = parseDocument(text, 'srt', { to: 'zh' }).render(new Map([['1', '我从来没有说过你应该一个人去那里。'], ['2:2', '你。']]));
    expect(written).toContain('\n我从来没有说过你\n应该一个人去那里。\n\n2\n');
    expect(written).toContain('- Who?\n- 你。\n');
  });

  test('of WebVTT escape what could be a tag, and keep notes, styles and settings', () => {
    const text = 'WEBVTT\n\nSTYLE\n::cue { color: red }\n\nNOTE\nfor us\n\n00:01.000 --> 00:02.000 line:0\n<v Ann>Hi <c.red>there</c>\n';
    const document = parseDocument(text, 'vtt', { to: 'zh' });
    expect(document.segments.map(({ source }) => source)).toEqual(['<v Ann>Hi <c.red>there</c>']);
    expect(document.render(new Map([['1', '<v Ann>你好 <3 <c.red>那边</c> -->']]))).toBe(text.replace('Hi <c.red>there</c>', '你好 &lt;3 <c.red>那边</c> →'));
  });

  test.each([
    ['srt', '1\n00:00:01,000 -> 00:00:02,000\nHi\n', 1],
    ['srt', '1\n00:00:01,000 --> 00:00:02,000\nHi\n\n2\n00:00:xx --> 1\nHo\n', 6],
    ['srt', 'Hello\nthere\n', 1],
    ['vtt', 'WEBVT\n\n00:01.000 --> 00:02.000\nHi\n', 1],
    ['vtt', 'WEBVTT\n\n00:01,000 --> 00:02,000\nHi\n', 3],
  ] as const)('of %s name the line of what is wrong with %j', (format, text, line) => {
    expect(() => parseDocument(text, format, { to: 'zh' })).toThrow(expect.objectContaining({ code: 'invalid_input', details: expect.objectContaining({ line }) }));
  });
});

describe('wrapText', () => {
  test('loses nothing, and keeps to the width where words allow', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('one', 'two', 'three', ' ', ' ', '四', '五，', '（', '）', '。', '<i>', '</i>', '{name}'), { maxLength: 30 }).map((parts) => parts.join('')), fc.integer({ min: 4, max: 30 }), fc.integer({ min: 1, max: 4 }), (text, width, count) => {
        for (const lines of [wrapText(text, width), wrapToLines(text.trim(), count)]) {
          expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
          expect(lines.slice(1).every((each) => !/^[，。）]/.test(each))).toBe(true);
        }
        expect(wrapToLines(text.trim(), count).length).toBeLessThanOrEqual(Math.max(1, count));
      }),
    );
    expect(wrapText('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrapToLines('我们明天再说吧，好吗？', 2).map(widthOf)).toEqual([12, 10]);
  });
});
