import { describe, expect, test } from 'vitest';
import { checkStructure } from './check-structure.ts';
import { unmaskText } from './mask-restore.ts';
import { maskText } from './mask.ts';
import { parseDocument } from './parse-document.ts';
import type { Format } from './segments.ts';
import { trickyStrings } from './testing/tricky-strings.ts';

describe('checkStructure', () => {
  test.each(['zh', 'en', 'ar', 'ru'])('finds all strings of the tests whole after any translation to %s', (to) => {
    for (const { id, format, source } of trickyStrings) {
      const document = parseDocument(source, format, { to });
      const targets = document.segments.filter(({ translatable }) => translatable).map(({ id, source }): [string, string] => {
        const masked = maskText(source);
        return [id, unmaskText(masked.text.replace(/[A-Za-z]+|\p{Script=Han}+/gu, '译文：'), masked).text];
      });
      const written = document.render(new Map(targets));
      expect(document.render(new Map())).toBe(source);
      expect({ id, written, issues: checkStructure(source, written, format) }).toEqual({ id, written, issues: [] });
      if (targets.length > 0) expect(written).not.toBe(source);
    }
  });

  test.each([
    ['markdown', '# A\n\nB `x` [l](u)', '# 甲\n\n乙 `x` [丙](u)', []],
    ['markdown', '# A\n\nB `x` [l](u)', '## 甲\n\n乙 x [丙](v)', ['heading 1 is missing', 'code `x` is missing', 'link u is missing', 'heading 2 is not in the source', 'link v is not in the source']],
    ['markdown', 'A **b** *c*', '*丙* **乙** 甲', []],
    ['markdown', '```\na\n```', '```\nb\n```', ['code "a" is missing', 'code "b" is not in the source']],
    ['html', '<p class="a">A <b>b</b></p>', '<p class="b">甲<b>乙</b></p>', ['<p class="a"> is missing', '<p class="b"> is not in the source']],
    ['html', '<p>A <b>b</b> <i>c</i></p><img alt="x">', '<p><i>丙</i>甲<b>乙</b></p><img alt="y">', []],
    ['po', 'msgid "a %s"\nmsgstr ""', 'msgid "a %s"\nmsgstr "甲"', ['line 1: %s is missing']],
    ['po', 'msgid "one file"\nmsgid_plural "%d files"\nmsgstr[0] ""\nmsgstr[1] ""', 'msgid "one file"\nmsgid_plural "%d files"\nmsgstr[0] "eine Datei"\nmsgstr[1] "%d Dateien"', []],
    ['srt', '1\n00:00:01,000 --> 00:00:02,000\nA\n', '1\n00:00:01,000 --> 00:00:02,500\n甲\n', ['subtitle at 00:00:01,000 --> 00:00:02,000 is missing', 'subtitle at 00:00:01,000 --> 00:00:02,500 is not in the source']],
    ['vtt', 'WEBVTT\n\n00:01.000 --> 00:02.000\nA\n', 'WEBVTT\n\n00:01.000 --> 00:02.000\n甲\n乙\n', ['the subtitle at 00:01.000 --> 00:02.000 has 2 lines, its source 1']],
    ['plain', 'One {x}\nTwo\n\nThree', '一\n\n三', ['line 1: the paragraph has 2 lines, its translation 1']],
    ['plain', 'See {x} at https://a.b', '见 {y}', ['line 1: {x} is missing', 'line 1: https://a.b is missing', 'line 1: {y} is not in the source']],
    ['yaml', 'a: One\nb: [1, x]', 'a: 一\nb: [2, 乙]', ['document 1 > b > 0 1 is missing', 'document 1 > b > 0 2 is not in the source']],
    ['json', '{"a":"{n, plural, one {# x} other {# y}} {z}"}', '{"a":"{n, plural, other {# 乙}}"}', ['line 1, a, one: {z} is missing', 'line 1, a, other: {z} is missing']],
  ] as [Format, string, string, string[]][])('of %s: %j against %j', (format, source, target, issues) => {
    expect(checkStructure(source, target, format)).toEqual(issues);
  });

  test('names the first differences only', () => {
    const source = JSON.stringify(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, 1])));
    expect(checkStructure(source, '{}', 'json').at(-1)).toBe('and 15 more differences');
  });
});
