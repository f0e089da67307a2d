import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument } from './parse-document.ts';
import { createRelease } from './release-text.ts';
import type { Format } from './segments.ts';

const documents: Partial<Record<Format, string>> = {
  plain: 'One here.\n\nTwo here.\n\n\nThree there.\n',
  markdown: '# Title\n\nSome **bold** text with `code`.\n\n- one\n- two\n\n| a head | b head |\n|---|---|\n| cell | other |\n\nEnd.\n',
  html: '<h1>Title</h1><p>Some <b>bold</b> text.</p><ul><li>one</li><li>two</li></ul>',
  json: '{ "a": "One here", "n": "{count, plural, one {one file} other {# files}}", "b": ["two", "three"] }',
  srt: '1\n00:00:01,000 --> 00:00:02,000\nOne here.\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo here,\nand there.\n',
};

test.each(Object.entries(documents) as [Format, string][])('%s: what is released is the beginning of the text, however its segments end', (format, source) => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.constantFrom('kept', 'translated')), (outcomes) => {
      const document = parseDocument(source, format, { to: 'zh' });
      const targets = new Map<string, string>();
      const release = createRelease(document, targets);
      let released = '';
      for (const [index, { id, source: text, translatable }] of document.segments.entries()) {
        if (translatable && outcomes.next().value === 'translated') targets.set(id, text.replace(/[a-z]+/gi, '山水'));
        released += release.next(index + 1);
      }
      const { rest, text } = release.end();
      expect(released + rest).toBe(text);
      expect(text).toBe(document.render(targets));
      if (targets.size > 0) expect(text).toContain('山水');
    }),
  );
});
