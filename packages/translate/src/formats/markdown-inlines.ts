import type { Image, ImageReference, Link, LinkReference, Nodes, Parents } from 'mdast';
import { wordNames } from './html-tokens.ts';
import type { Inline } from './tags.ts';

export interface ImageText {
  alt: string;
  start: number;
  end: number;
}

/** What a paragraph holds, as pieces of one line of text. The marks of emphasis, links and breaks are what stands between the parser's nodes. */
export function readInlines(parent: Nodes, text: string): { inlines: Inline[]; images: ImageText[] } {
  const inlines: Inline[] = [];
  const images: ImageText[] = [];
  const walk = ({ children }: Parents): void => {
    for (const [index, node] of children.entries()) {
      const { start, end } = offsetsOf(node);
      if (node.type === 'text') inlines.push({ kind: 'text', start, end, text: node.value, raw: text.slice(start, end) });
      else if (node.type === 'html') inlines.push(readHtmlTag(node.value, start, end));
      else if (node.type === 'break') {
        // The marks of a quotation or the indent of a list on the next line belong to the break.
        const next = children[index + 1];
        inlines.push({ kind: 'single', start, end: next ? offsetsOf(next).start : end, name: 'break' });
      } else if (node.type === 'image' || node.type === 'imageReference') {
        inlines.push({ kind: 'single', start, end, name: node.type });
        images.push(...readAlt(node, text, start));
      } else if ('children' in node && node.children.length > 0 && !isAutolink(node, text)) {
        const name = `${node.type} ${inlines.length}`;
        const [first, last] = [offsetsOf(node.children[0]!).start, offsetsOf(node.children.at(-1)!).end];
        inlines.push({ kind: 'open', start, end: first, name });
        walk(node as Parents);
        inlines.push({ kind: 'close', start: last, end, name, ...closingOf(node, text.slice(last, end)) });
      } else inlines.push({ kind: 'single', start, end, name: node.type, isWord: true });
    }
  };
  if ('children' in parent) walk(parent);
  return { inlines, images };
}

function readHtmlTag(html: string, start: number, end: number): Inline {
  const found = /^<(\/?)([A-Za-z][\w-]*)[^<>]*?(\/?)>$/.exec(html);
  if (!found || found[3] || /^(?:br|hr|img|input|wbr)$/i.test(found[2]!)) return { kind: 'single', start, end, name: 'html' };
  const name = found[2]!.toLowerCase();
  return { kind: found[1] ? 'close' : 'open', start, end, name: `html ${name}`, isWord: wordNames.has(name) };
}

/** <https://…> and bare addresses: their text is their target. */
function isAutolink(node: Nodes, text: string): boolean {
  return node.type === 'link' && text[offsetsOf(node).start] !== '[';
}

/** "[Guide]" with a definition of "Guide" must name it once its text is another. */
function closingOf(node: Link | LinkReference | Nodes, raw: string): { written?: string } {
  if (node.type !== 'linkReference' || node.referenceType === 'full') return {};
  return { written: `][${node.label ?? node.identifier}]${raw.slice(node.referenceType === 'shortcut' ? 1 : 3)}` };
}

/** Where the parser tells the text, not its place: an alternative text with escapes or emphasis in it stays as it is. */
function readAlt({ alt }: Image | ImageReference, text: string, start: number): ImageText[] {
  const from = start + 2;
  if (!alt || alt.includes('\n') || !text.startsWith(`${alt}]`, from) || !/\p{L}/u.test(alt)) return [];
  // "![Logo]" alone names its definition.
  if (!/^[([]/.test(text.slice(from + alt.length + 1)) || text.startsWith('[]', from + alt.length + 1)) return [];
  return [{ alt, start: from, end: from + alt.length }];
}

function offsetsOf(node: Nodes): { start: number; end: number } {
  return { start: node.position!.start.offset!, end: node.position!.end.offset! };
}
