import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSections } from './find-sections.ts';

const titlesOf = (markdown: string) => findSections(markdown).map(({ title, start, end }) => [title, markdown.slice(start, end)]);

describe('findSections', () => {
  test('says under which headings a text stands', () => {
    const markdown = 'Before.\n\n# Shop\n\n## Returns\nIn *seven* days.\n\n### Shoes ##\nUnworn.\n\n## [Delivery](x)\nFast.\n';
    expect(titlesOf(markdown)).toEqual([
      [undefined, 'Before.\n\n'],
      ['Shop > Returns', '# Shop\n\n## Returns\nIn *seven* days.\n\n'],
      ['Shop > Returns > Shoes', '### Shoes ##\nUnworn.\n\n'],
      ['Shop > Delivery', '## [Delivery](x)\nFast.\n'],
    ]);
  });

  test('knows underlined headings from rules', () => {
    expect(titlesOf('Shop\n====\ntext\n\nReturns\n---\nmore\n\na line\nanother\n---\nend').map(([title]) => title)).toEqual(['Shop', 'Shop > Returns']);
  });

  test('code has no headings', () => {
    expect(titlesOf('# Install\n```sh\n# a comment\n```\n~~~\n# another').map(([title]) => title)).toEqual(['Install']);
  });

  test('what a browser does not show as a heading is none', () => {
    expect(titlesOf('# Manual\n\n<!--\n# Draft\n\nOld\n---\n-->\nText.\n\n<!-- # one line -->\n## Parts\nScrews.\n').map(([title]) => title)).toEqual(['Manual', 'Manual > Parts']);
    expect(titlesOf('# Manual\n<pre class="sh">\n# a comment\n\n## another\n</pre>\n## Parts\nScrews.\n').map(([title]) => title)).toEqual(['Manual', 'Manual > Parts']);
    expect(titlesOf('<PRE>\n# a comment\n</PRE> # still\n# Shop\nText').map(([title]) => title)).toEqual([undefined, 'Shop']);
    expect(titlesOf('<!-- not --> underlined\n---\n# Shop\nText').map(([title]) => title)).toEqual([undefined, 'Shop']);
  });

  test('what only looks like HTML hides no heading', () => {
    for (const text of ['`<!--` opens a comment', '`` ` <!-- ` `` opens one', '```html\n<!--\n```', '    <!-- indented code', '<preview>', '\\<!-- escaped', 'say &lt;pre&gt;', '<!-- closed -->', '<!--> closed', '<!---> closed', '<pre>closed</pre>', 'in a line <pre>', 'in a line <!-- as well', '~~~\n<pre>\n~~~']) {
      expect({ text, titles: titlesOf(`${text}\n\n# Shop\nText`).map(([title]) => title) }).toEqual({ text, titles: [undefined, 'Shop'] });
    }
  });

  test('a heading in a comment that is never closed is none, and nothing is lost', () => {
    expect(titlesOf('# A\ntext\n<!-- \n# B\nmore')).toEqual([['A', '# A\ntext\n<!-- \n# B\nmore']]);
  });

  test('a heading that shows a comment keeps its title', () => {
    expect(titlesOf('# Shop <!-- omit in toc -->\nText').map(([title]) => title)).toEqual(['Shop']);
  });

  test('of other texts only those lines are headings that are said to be', () => {
    const text = '# Shop\n\n# a comment\n\n```\n\n## Parts\n\nScrews.';
    const parts = text.indexOf('## Parts');
    expect(findSections(text, [0, parts])).toEqual([{ start: 0, end: parts, title: 'Shop' }, { start: parts, end: text.length, title: 'Shop > Parts' }]);
    expect(findSections(text, [])).toEqual([{ start: 0, end: text.length }]);
  });

  test('a heading at the end, or nothing but headings, is not lost', () => {
    expect(titlesOf('text\n# End')).toEqual([[undefined, 'text\n'], ['End', '# End']]);
    expect(titlesOf('# A\n## B').map(([, text]) => text).join('')).toBe('# A\n## B');
    expect(findSections('')).toEqual([]);
  });

  test('sections cover every character once', () => {
    const anyMarkdown = fc.array(fc.constantFrom('# A', '## B', '### ', '#', 'text', '===', '---', '```', '~~~', '', ' ', '\r', '- item', '| a |', '<!--', '-->', '<pre>', '</pre>'), { maxLength: 20 }).map((lines) => lines.join('\n'));
    fc.assert(fc.property(anyMarkdown, (markdown) => {
      expect(titlesOf(markdown).map(([, text]) => text).join('')).toBe(markdown);
    }));
  });
});
