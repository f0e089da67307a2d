import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../parse-document.ts';
import { anyTexts, asFile, documentOf } from '../testing/arbitrary.ts';
import { retextAll } from '../testing/retext.ts';
import { readShape } from './shapes.ts';

const parse = (text: string, attributes = true) => parseDocument(text, 'html', { to: 'zh', attributes });
const pieces = [
  '<p>', '</p>', '<div class="a">', '</div>', 'Some words ', '<b>bold</b>', '<i>', '</i>', '<a href="x" title="A title">link</a>', '<br>', '<br/>', '<img src=a alt="A picture">', "<img alt='it is'>", '<ul><li>One<li>Two</ul>', '<script>if (a < b) {}</script>', '<style>p {}</style>', '<pre>keep\n this</pre>', '<code>x</code>',
  '<!-- note -->', '&amp;', '&lt;b&gt;', '&nbsp;', '\n', '<span translate="no">GLM</span>', '<table><tr><td>cell</td></tr></table>', '<!DOCTYPE html>', '<svg><path d="m"/></svg>', '<input placeholder="Your name">', '<textarea>x</textarea>', '<p translate="no">no</p>', '<', '中文', '<h1>Head</h1>', '<option value="1">one</option>',
];

describe('parseDocument of HTML', () => {
  test('gives the document back byte for byte', () => {
    fc.assert(
      fc.property(asFile(documentOf(pieces)), (text) => {
        const document = parse(text);
        expect(document.render(new Map())).toBe(text);
        expect(document.render(new Map(document.segments.map(({ id, source }) => [id, source])))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('has the same tags and attributes with any words in it', () => {
    fc.assert(
      fc.property(documentOf(pieces), anyTexts, (text, texts) => {
        expect(readShape(retextAll(parse(text), texts), 'html')).toEqual(readShape(text, 'html'));
      }),
      { numRuns: 800 },
    );
  });

  test('reads texts as a reader sees them, with inline tags numbered', () => {
    const text = '<h1>Hello <em>you</em>!</h1>\n<p>Use <code>npm</code>\n  &amp; <a href="x" title="Go">go</a>.</p><pre>no</pre><p class="notranslate">no</p>';
    expect(parse(text).segments.map(({ source }) => source)).toEqual(['Hello <1>you</1>!', 'Go', 'Use <1/> & <2>go</2>.']);
    expect(parse(text, false).segments.map(({ source }) => source)).toEqual(['Hello <1>you</1>!', 'Use <1/> & <2>go</2>.']);
  });

  test('writes entities where a text has syntax in it', () => {
    const document = parse('<p>Tom &amp; <b>Jerry</b></p><img alt="x &quot;y&quot;">');
    const [first, second] = document.segments;
    const written = document.render(new Map([[first!.id, '<1>汤姆</1> & <杰瑞>'], [second!.id, '"甲" & \'乙\'']]));
    expect(written).toBe('<p><b>汤姆</b> &amp; &lt;杰瑞&gt;</p><img alt="&quot;甲&quot; &amp; &#39;乙&#39;">');
  });
});
