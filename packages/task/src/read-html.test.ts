import { isTaskError } from '@glm-tasks/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHtml } from './read-html.ts';

type Node = string | { open: string; close: string; isSeen: boolean; children: Node[] };

const element = (open: string, isSeen = true, close = open.split(' ')[0] as string) => ({ open: `<${open}>`, close: close && `</${close}>`, isSeen });
const hidden = ['nav', 'noscript', 'template', 'dialog', 'div hidden', 'span style="display: none"', 'div role=navigation', 'video'].map((name) => element(name, false));
const sound = [...'div span section em article my-card'.split(' ').map((name) => element(name)), ...hidden];
const loose = [
  ...'p a b h2 ul ol li table tr td th pre blockquote details dl dt dd select option textarea button'.split(' ').map((name) => element(name)),
  ...['li', 'p', 'td', 'tr', 'option', 'b'].map((name) => element(name, true, '')),
];

const leaves = ['word', 'word ', ' word', 'word&amp;', '\n', '<br>', '<hr>', '&nbsp;', '<!-- w0w -->', '中文word', '<script>w0w("<p>")</script>', '<style>w0w{}</style>'];
const treeOf = (elements: typeof sound) =>
  fc.letrec<{ node: Node }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.constantFrom(...leaves),
      fc.record({ element: fc.constantFrom(...elements), children: fc.array(tie('node'), { maxLength: 5 }) })
        .map(({ element: chosen, children }) => ({ ...chosen, children })),
    ),
  })).node;

/** The page, with numbered words, and which of these stand in elements that are seen. */
function writePage(nodes: Node[]): { html: string; seen: string[] } {
  const seen: string[] = [];
  let words = 0;
  const write = (item: Node, isSeen: boolean, isField: boolean): string => {
    if (typeof item !== 'string') {
      const inside = item.children.map((child) => write(child, isSeen && item.isSeen, isField || item.open === '<textarea>')).join('');
      return isField ? inside : item.open + inside + item.close;
    }
    // Markup in a text field is its text.
    return (isField ? item.replace(/<.*>/, '') : item).replace('word', () => {
      const word = `w${++words}w`;
      if (isSeen) seen.push(word);
      return word;
    });
  };
  return { html: nodes.map((item) => write(item, true, false)).join(''), seen };
}

test('every word that is seen survives, in order and once, and none that is not', () => {
  fc.assert(
    fc.property(fc.array(treeOf(sound), { maxLength: 12 }), (nodes) => {
      const { html, seen } = writePage(nodes);
      expect(readHtml(html).text.match(/w\d+w/g) ?? []).toEqual(seen);
    }),
    { numRuns: 1_000 },
  );
});

test('every word that is seen survives, in order and once, however the elements are nested and left open', () => {
  fc.assert(
    fc.property(fc.array(treeOf([...loose, ...sound]), { maxLength: 12 }), (nodes) => {
      const { html, seen } = writePage(nodes);
      // An end tag too many may close a hidden element early, which shows more, never less.
      const wanted = new Set(seen);
      expect(readHtml(html).text.match(/w\d+w/g)?.filter((word) => wanted.has(word)) ?? []).toEqual(seen);
    }),
    { numRuns: 1_000 },
  );
});

test('any text at all, as text of a page, comes back with its spaces closed up', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!/[\0\r\u00AD\u200B]/.test(text));
      const html = `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`;
      expect(readHtml(html).text.replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''));
    }),
  );
});

test('any markup is read without a failure', () => {
  const piece = fc.constantFrom('<', '>', '</', '/>', 'p', 'table', '<tr>', '</td>', '</ul>', '<li>', '</pre>', '<pre>', '<!--', '-->', '<![CDATA[', '&', '&#x', '"', '=', ' ', 'é', '</svg>', '<svg>', '<title>');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      expect(readHtml(pieces.join('')).text).toBeTypeOf('string');
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['headings and paragraphs', '<h1>Tea &amp; more</h1><p>It is <b>hot</b>,\n  <a href="/x">very</a> hot.</p><p>Drink.', 'Tea & more\n\nIt is hot, very hot.\n\nDrink.'],
  ['lists', '<p>Buy:<ul><li>tea<li><p>milk</p><ul><li>oat</ul><li></li></ul><ol start=3><li>go<li>pay</ol>', 'Buy:\n\n- tea\n- milk\n  - oat\n\n3. go\n4. pay'],
  ['tables', '<table><tr><th>Name<th>Price<tr><td><p>Tea</p><td><p>3 €</p><tr><td>Milk<td></table>After', 'Name | Price\nTea | 3 €\nMilk |\n\nAfter'],
  ['tables that lay out a page', '<table><tr><td><p>One.<p>Two.</td><td>Three.</td></tr></table>', 'One.\n\nTwo.\n\nThree.'],
  ['code', '<pre>\nif (a &lt; b)\n    return;\n</pre>', 'if (a < b)\n    return;'],
  ['line breaks', 'one<br>two<br/>three', 'one\ntwo\nthree'],
  ['lines that only the source breaks', '<p>图书馆\n  今天\n开放 Mon\nday</p>', '图书馆今天开放 Mon day'],
  ['spaces', '10&nbsp;000 Ge&shy;schich&shy;ten', '10 000 Geschichten'],
  ['what is not seen', '<title>T</title><nav><ul><li>Home</ul></nav><svg><title>icon</title><text>map</text></svg><p hidden>x<p style="color:red; display:none">y<p>z<script>1</script>', 'T\n\nmap\n\nz'],
  ['a page that hides itself until it has run', '<html hidden><body style="visibility:hidden"><p>text', 'text'],
  ['XHTML', '<?xml version="1.0"?><html><head><script src="a.js"/><title/></head><body><p>text</p></body></html>', 'text'],
  ['ruby and rows', '<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>', '漢字(かんじ)'],
])('%s', (_name, html, text) => {
  expect(readHtml(html).text).toBe(text);
});

test('a page nested beyond reason is refused; a long one takes its length', () => {
  expect(() => readHtml('<div>'.repeat(200_000))).toThrowError('nests more than 5000 elements');
  try {
    readHtml('<b>'.repeat(10_000));
  } catch (error) {
    expect(isTaskError(error) && error.code).toBe('invalid_input');
  }
  const page = '<div><p>A sentence of a page.</p><ul><li>item</ul><table><tr><td>1<td>2</table></div>'.repeat(20_000);
  expect(readHtml(page).text.split('1 | 2')).toHaveLength(20_001);
  expect(readHtml(`<p>${'字\n'.repeat(200_000)}${' '.repeat(500_000)}x`).text).toHaveLength(200_002);
});

test('says where the headings stand that it marked, and marks no line that only looks like one', () => {
  const html = '<h1>Shop</h1><pre># a comment\n## another</pre><p># 1 in sales</p><ul><li><h3>In a list</h3></ul><h2>Parts<br>of it</h2><!-- <h2>Draft</h2> --><h2 hidden>Old</h2>';
  const { text, headings } = readHtml(html, { markHeadings: true });
  expect(headings.map((start) => text.slice(start).split('\n')[0])).toEqual(['# Shop', '- ### In a list', '## Parts']);
  expect(readHtml(html).headings).toEqual([]);
});
