import { decodeHTML, escapeText } from 'entities';
import { isTranslatable } from '../mask.ts';
import type { ParsedDocument, ParseOptions, Segment } from '../segments.ts';
import { readAttributes } from './html-attributes.ts';
import { blockNames, opaqueNames, readHtml, voidNames, wordNames, type HtmlTag } from './html-tokens.ts';
import { createLineFinder } from './lines.ts';
import { assemble, type Slot } from './slots.ts';
import { refuseBrokenTags, splitTags, tagText, type Inline, type TaggedText } from './tags.ts';

export function parseHtml(text: string, options: ParseOptions): ParsedDocument {
  return assemble(text, findHtmlSlots(text, options, createLineFinder(text)));
}

/** `offset` is where this HTML stands in the document, for the HTML inside of Markdown. */
export function findHtmlSlots(html: string, options: ParseOptions, lineOf: (offset: number) => number, offset = 0): Slot[] {
  const slots: Slot[] = [];
  let line: Inline[] = [];
  /** The element whose inside is left alone, and how deep in elements of its name we are. */
  let opaque: { name: string; depth: number; start: number; inLine: boolean } | undefined;

  const endLine = (): void => {
    const tagged = tagText(line);
    line = [];
    if (tagged) slots.push(textSlot(tagged, lineOf));
  };
  const readTag = (tag: HtmlTag): void => {
    const [start, end] = [offset + tag.start, offset + tag.end];
    if (opaque) {
      if (tag.name !== opaque.name || voidNames.has(tag.name)) return;
      opaque.depth += tag.kind === 'open' ? 1 : -1;
      if (opaque.depth > 0) return;
      if (opaque.inLine) line.push({ kind: 'single', start: offset + opaque.start, end, isWord: tag.name !== 'svg' });
      opaque = undefined;
      return;
    }
    const isBlock = blockNames.has(tag.name);
    if (isBlock) endLine();
    if (tag.kind === 'open' && options.attributes !== false) slots.push(...readAttributes(tag, html, offset, lineOf));
    const keeps = opaqueNames.has(tag.name) || wordNames.has(tag.name) || /^no$/i.test(tag.attributes.get('translate')?.value ?? '') || /\bnotranslate\b/.test(tag.attributes.get('class')?.value ?? '');
    if (tag.kind === 'open' && keeps && !voidNames.has(tag.name)) {
      opaque = { name: tag.name, depth: 1, start: tag.start, inLine: !isBlock && !opaqueNames.has(tag.name) };
      if (!opaque.inLine) endLine();
      return;
    }
    if (isBlock || tag.isImplied) return;
    line.push({ kind: voidNames.has(tag.name) ? 'single' : tag.kind, start, end, name: tag.name });
  };
  for (const token of readHtml(html)) {
    if (token.kind === 'text') {
      if (opaque) continue;
      // A browser shows a run of white space, line breaks too, as one space.
      const text = decodeHTML(token.raw.replace(/[ \t\r\n\f]+/g, ' '));
      line.push({ kind: 'text', start: offset + token.start, end: offset + token.end, text, raw: token.raw });
    } else if (token.kind === 'other') {
      if (!opaque) line.push({ kind: 'single', start: offset + token.start, end: offset + token.end });
    } else readTag(token);
  }
  endLine();
  return slots;
}

function textSlot(tagged: TaggedText, lineOf: (offset: number) => number): Slot {
  const { source, start, end } = tagged;
  const line = lineOf(start);
  const segment: Segment = { id: `${line}`, source, place: `line ${line}`, translatable: isTranslatable(source) };
  return {
    start,
    end,
    segments: [segment],
    print([target = source], slice) {
      if (target === source) return slice(start, end);
      refuseBrokenTags(source, target, segment.place);
      return splitTags(target, tagged)
        .map((part) => ('text' in part ? escapeText(part.text) : (part.tag.inline.kind === 'text' ? escapeText(part.tag.inline.text!) : slice(part.tag.inline.start, part.tag.inline.end))))
        .join('');
    },
  };
}
