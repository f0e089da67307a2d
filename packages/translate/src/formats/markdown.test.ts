import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../parse-document.ts';
import { anyTexts, asFile, documentOf } from '../testing/arbitrary.ts';
import { retextAll } from '../testing/retext.ts';
import { readShape } from './shapes.ts';

const parse = (text: string) => parseDocument(text, 'markdown', { to: 'zh' });
const sources = (text: string) => parse(text).segments.map(({ source }) => source);
const translate = (text: string, target: string) => {
  const document = parse(text);
  return document.render(new Map([[document.segments[0]!.id, target]]));
};

const pieces = [
  '# Head ', 'Words of a paragraph', ' and more', '\n', '\n\n', '\n\n', '- item ', '1. first ', '> quoted ', '  \n', '\\\n', '**strong**', '*soft*', '_under_', '~~gone~~', '`code`', '[a link](http://x.y "t")', '[ref][r]', '[r]', '\n\n[r]: http://z\n\n',
  '![alt text](p.png)', '<br>', '<b>tag</b>', '<kbd>K</kbd>', '\n\n```js\nlet a = "b";\n```\n\n', '\n\n    indented\n\n', '\n\n| a | b |\n|---|---|\n| c **d** | `e` |\n\n', 'http://auto.link', '&amp;', '\\*', '\n\n---\n\n', '\n\n<div>\nhtml *text*\n</div>\n\n', '[^1]', '\n\n[^1]: note\n\n', '中文，', '**粗体**', '\t', '\n===\n', '\n> ', '\n  - ', '- [ ] ', '[!NOTE]\n', '\n:::tip\n',
];

describe('parseDocument of Markdown', () => {
  test('gives the document back byte for byte without targets, or with each source as its target', () => {
    fc.assert(
      fc.property(asFile(documentOf(pieces)), (text) => {
        const document = parse(text);
        expect(document.render(new Map())).toBe(text);
        expect(document.render(new Map(document.segments.map(({ id, source }) => [id, source])))).toBe(text);
        expect(document.segments.every(({ source }) => !/[\r\n]/.test(source))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test('has the same shape with any words in it, or refuses them, which is rare', () => {
    let refused = 0;
    fc.assert(
      fc.property(asFile(documentOf(pieces)), anyTexts, (text, texts) => {
        let written: string;
        try {
          written = retextAll(parse(text), texts);
        } catch (error) {
          expect(error).toMatchObject({ code: 'output_invalid' });
          refused++;
          return;
        }
        expect(readShape(written, 'markdown')).toEqual(readShape(text, 'markdown'));
      }),
      { numRuns: 400 },
    );
    // An address after an open bracket two lines before is one: a marvel of Markdown, not a text.
    expect(refused).toBeLessThan(4);
  });

  test('takes the text out and leaves code, front matter, definitions and targets', () => {
    const text = '---\ntitle: Page\n---\n# Title\n\nSee [the docs][d] or `x`.\n\n```\ncode\n```\n\n    code too\n\n[d]: http://d\n';
    expect(sources(text)).toEqual(['Title', 'See <1>the docs</1> or <2/>.']);
  });

  test('joins the lines of a paragraph, without the marks of what it stands in', () => {
    expect(sources('> one\n> two\n')).toEqual(['one two']);
    expect(sources('- 一行\n  二行\n')).toEqual(['一行二行']);
    expect(sources('> [!NOTE]\n> Text here\n')).toEqual(['Text here']);
    expect(sources(':::tip\nText here\n:::\n')).toEqual(['Text here']);
  });

  test('reads HTML inside, and the texts of pictures', () => {
    expect(sources('<p align="center">\n  Hello <b>you</b>\n</p>\n\n![A cat](c.png)\n')).toEqual(['Hello <1>you</1>', 'A cat']);
    expect(parseDocument('![A cat](c.png)', 'markdown', { to: 'zh', attributes: false }).segments).toEqual([]);
  });

  test.each([
    ['**Note:** read it', '<1>注意：</1>请阅读', '**注意：** 请阅读'],
    ['_Note:_ read it', '请<1>阅读</1>它', '请*阅读*它'],
    ['Read *it* now', '1. 读<1>它</1>', '1\\. 读*它*'],
    ['Read it', '# 五 * 三 * 二', '\\# 五 * 三 * 二'],
    ['| a |\n|---|\n| b |', 'x | y', '| x \\| y |\n|---|\n| b |'],
    ['See [Guide].\n\n[Guide]: g', '见<1>指南</1>。', '见[指南][Guide]。\n\n[Guide]: g'],
    ['- item', '[x] 项', '- \\[x\\] 项'],
  ])('writes %j with %j as %j', (text, target, written) => {
    expect(translate(text, target)).toBe(written);
  });

  test('reads and writes 50,000 lines in seconds', () => {
    const text = Array.from({ length: 12_500 }, (_, index) => `## Part ${index}\n\nA line of **bold** words and a [link](http://x.y/${index}).\n\n`).join('');
    // Time of the processor: the machine may be busy.
    const start = process.cpuUsage();
    const document = parse(text);
    expect(document.segments).toHaveLength(25_000);
    expect(document.render(new Map(document.segments.map(({ id, source }) => [id, source.replace('bold', '粗体')])))).toContain('**粗体** words');
    expect(process.cpuUsage(start).user).toBeLessThan(20_000_000);
  }, 120_000);

  test('refuses what is nested too deep', () => {
    expect(() => parse('> '.repeat(20_000))).toThrow(expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining('line 1') }));
  });

  test('refuses a target without its markup, naming the line', () => {
    expect(() => translate('\n\nRead **it**', '读')).toThrow(expect.objectContaining({ code: 'output_invalid', message: expect.stringContaining('line 3') }));
  });
});
