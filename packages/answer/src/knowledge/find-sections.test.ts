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

  test('a heading at the end, or nothing but headings, is not lost', () => {
    expect(titlesOf('text\n# End')).toEqual([[undefined, 'text\n'], ['End', '# End']]);
    expect(titlesOf('# A\n## B').map(([, text]) => text).join('')).toBe('# A\n## B');
    expect(findSections('')).toEqual([]);
  });

  test('sections cover every character once', () => {
    const anyMarkdown = fc.array(fc.constantFrom('# A', '## B', '### ', '#', 'text', '===', '---', '```', '~~~', '', ' ', '\r', '- item', '| a |'), { maxLength: 20 }).map((lines) => lines.join('\n'));
    fc.assert(fc.property(anyMarkdown, (markdown) => {
      expect(titlesOf(markdown).map(([, text]) => text).join('')).toBe(markdown);
    }));
  });
});
