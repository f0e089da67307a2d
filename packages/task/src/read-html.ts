import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { TaskError } from '@glm-tasks/core';
import type { Parser } from 'htmlparser2';
import { createLines } from './html-lines.ts';
import type { HtmlLines } from './html-lines.ts';

/** The parser looks through all open elements at every end tag; no sound page comes near this depth. */
const DEEPEST = 5_000;

/**
 * The text that a reader of the page sees, in the order of the source: a line each for headings, paragraphs, list items ("- ", "1. ")
 * and table rows (cells joined by " | "); `pre` as it stands. Scripts, styles, navigation and hidden elements are left out, and
 * what only shows where scripts or media do not run. Attributes (`alt`, `title`) are not text. With `markHeadings`, headings have the
 * marks of Markdown, and `headings` says where their lines begin.
 *
 * @throws TaskError `invalid_input` for elements nested deeper than 5,000
 * @example
 * readHtml('<h1>Tea</h1><ul><li>green<li>black</ul><script>x()</script>').text; // 'Tea\n\n- green\n- black'
 */
export function readHtml(html: string, { markHeadings = false }: { markHeadings?: boolean | undefined } = {}): { text: string; headings: number[] } {
  const lines = createLines();
  let depth = 0;
  let skippedFrom = Infinity;
  let drawings = 0;
  const HtmlParser = loadParser();
  const parser = new HtmlParser(
    {
      onopentag(name, attributes) {
        depth++;
        if (depth > DEEPEST) throw new TaskError('invalid_input', `The HTML nests more than ${DEEPEST} elements; is it damaged?`);
        if (name === 'svg') drawings++;
        if (depth > skippedFrom) return;
        if (isUnseen(name, attributes) || (name === 'title' && drawings > 0)) skippedFrom = depth;
        else open(lines, name, attributes, markHeadings);
      },
      ontext(text) {
        if (depth < skippedFrom) lines.add(text);
      },
      onclosetag(name) {
        if (name === 'svg') drawings--;
        if (depth < skippedFrom) close(lines, name);
        if (depth === skippedFrom) skippedFrom = Infinity;
        depth--;
      },
    },
    // In XHTML <script src="a.js"/> ends there; in HTML it would take the rest of the page.
    { recognizeSelfClosing: /^\s*<\?xml/.test(html) },
  );
  parser.end(html);
  return lines.finish();
}

/** Loaded on first use: it takes as long as all else that a command loads at its start, and most files are no pages. */
function loadParser(): typeof Parser {
  const path = fileURLToPath(import.meta.resolve('htmlparser2'));
  return (createRequire(import.meta.url)(path) as { Parser: typeof Parser }).Parser;
}

function isUnseen(name: string, attributes: Record<string, string>): boolean {
  if (unseen.has(name) || attributes['role'] === 'navigation') return true;
  // Some pages hide all of themselves until their scripts have run.
  if (name === 'html' || name === 'body') return false;
  if ('hidden' in attributes || (name === 'dialog' && !('open' in attributes))) return true;
  return /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(attributes['style'] ?? '');
}

const unseen = new Set(
  'script style template nav noscript noembed noframes iframe audio video canvas datalist annotation annotation-xml'.split(' '),
);

function open(lines: HtmlLines, name: string, attributes: Record<string, string>, markHeadings: boolean): void {
  if (name === 'br') lines.breakLine();
  else if (name === 'button') lines.add(' ');
  else if (name === 'pre') lines.openPre();
  else if (name === 'ul' || name === 'menu') lines.openList(undefined);
  else if (name === 'ol') lines.openList(Number.parseInt(attributes['start'] ?? '1', 10) || 1);
  else if (name === 'li') lines.openItem();
  else if (name === 'tr') lines.openRow();
  else if (name === 'td' || name === 'th') lines.openCell();
  else if (apart.has(name)) lines.endLine({ apart: true });
  else if (onTheirOwn.has(name)) lines.endLine();
  if (markHeadings && /^h[1-6]$/.test(name)) lines.markHeading(Number(name[1]));
}

function close(lines: HtmlLines, name: string): void {
  if (name === 'pre') lines.closePre();
  else if (name === 'button') lines.add(' ');
  else if (name === 'ul' || name === 'menu' || name === 'ol') lines.closeList();
  else if (name === 'li') lines.closeItem();
  else if (name === 'tr') lines.closeRow();
  else if (apart.has(name)) lines.endLine({ apart: true });
  else if (onTheirOwn.has(name)) lines.endLine();
}

/** Elements with a blank line before and behind them. */
const apart = new Set('p h1 h2 h3 h4 h5 h6 hgroup title dl blockquote table figure section article hr details'.split(' '));
const onTheirOwn = new Set(
  ('html head body main div header footer aside address dt dd td th caption thead tbody tfoot figcaption summary form fieldset legend ' +
    'select optgroup option textarea center search dialog')
    .split(' '),
);
