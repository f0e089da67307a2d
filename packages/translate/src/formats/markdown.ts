import type { Nodes, Paragraph, Parents, Root } from 'mdast';
import type { ParsedDocument, ParseOptions, Segment } from '../segments.ts';
import { isTranslatable } from '../mask.ts';
import { findHtmlSlots } from './html.ts';
import { joinInside } from './line-breaks.ts';
import { createLineFinder } from './lines.ts';
import { readInlines } from './markdown-inlines.ts';
import { parseMarkdownTree } from './markdown-tree.ts';
import { writeInlines, type InlineContext } from './markdown-write.ts';
import { assemble, type Slot } from './slots.ts';
import { refuseBrokenTags, tagText, type Inline } from './tags.ts';

interface Reading {
  text: string;
  options: ParseOptions;
  lineOf: (offset: number) => number;
  /** `[label]: …` of all link definitions and footnotes, without which a reference is no link. */
  definitions: string[];
  slots: Slot[];
}

/**
 * Markdown with what GitHub adds to it: headings, paragraphs, list items, table cells, and the HTML inside. Code, front matter, link targets,
 * definitions, and every mark of structure stay byte for byte, as the parser located them.
 */
export function parseMarkdown(text: string, options: ParseOptions): ParsedDocument {
  const tree = parseMarkdownTree(text);
  const reading: Reading = { text, options, lineOf: createLineFinder(text), definitions: readDefinitions(tree), slots: [] };
  readBlocks(tree, reading);
  return assemble(text, reading.slots);
}

function readDefinitions(tree: Root): string[] {
  const found: string[] = [];
  const walk = (node: Nodes): void => {
    if (node.type === 'definition') found.push(`[${node.label ?? node.identifier}]: x`);
    if (node.type === 'footnoteDefinition') found.push(`[^${node.label ?? node.identifier}]: x`);
    if ('children' in node) for (const child of node.children) walk(child);
  };
  walk(tree);
  return found;
}

function readBlocks(parent: Parents, reading: Reading): void {
  for (const [index, node] of parent.children.entries()) {
    // A heading underlined is a paragraph with a line below.
    if (node.type === 'heading') readLines(node, /^#{1,6}\s/.test(reading.text.slice(offsetsOf(node).start, offsetsOf(node).start + 8)) ? 'heading' : 'paragraph', reading);
    else if (node.type === 'tableCell') readLines(node, 'cell', reading);
    else if (node.type === 'paragraph') readLines(node, parent.type !== 'listItem' || index > 0 ? 'paragraph' : typeof parent.checked !== 'boolean' ? 'item' : startsBelow(parent, node, reading.text) ? 'task-below' : 'task', reading);
    else if (node.type === 'html') {
      const { start, end } = offsetsOf(node);
      for (const slot of findHtmlSlots(reading.text.slice(start, end), reading.options, reading.lineOf, start)) reading.slots.push(slot);
    } else if ('children' in node) readBlocks(node, reading);
  }
}

/** A task's text may begin on the line after its box. */
function startsBelow(item: Nodes, paragraph: Nodes, text: string): boolean {
  return text.slice(offsetsOf(item).start, offsetsOf(paragraph).start).includes('\n');
}

function readLines(node: Paragraph | Parents, context: InlineContext, reading: Reading): void {
  const { text, options, lineOf } = reading;
  const { inlines, images } = readInlines(node, text);
  const { lines, pieces } = cutDirectives(inlines);
  for (const line of lines) {
    const slot = lineSlot(line, pieces, { context, isDivided: lines.length > 1 }, reading);
    if (slot) reading.slots.push(slot);
  }
  if (options.attributes === false) return;
  for (const { start, end, alt } of images) {
    const line = lineOf(start);
    const segment: Segment = { id: `${line}:alt`, source: alt, place: `line ${line}, alternative text`, translatable: isTranslatable(alt) };
    // As entities, which no mark elsewhere in the paragraph can pair with.
    const escape = (target: string): string => target.replace(/[\\[\]*_`<>&|~:@]/g, (character) => `&#${character.charCodeAt(0)};`).replace(/www\./gi, 'www&#46;');
    reading.slots.push({ start, end, segments: [segment], print: ([target = alt], slice) => (target === alt ? slice(start, end) : escape(target)) });
  }
}

/** Lines that are no text: ":::note" and "[!NOTE]" open a box on many sites, "$$" a formula. They divide the paragraph. */
function cutDirectives(inlines: Inline[]): { lines: Inline[][]; pieces: Inline[] } {
  const first = inlines[0];
  if (first?.kind === 'text' && first.raw?.startsWith('$$')) return { lines: [], pieces: inlines };
  const directive = /^[ \t>]*(?::{3,}.*|\[!\w+\][ \t]*)$/;
  const lines: Inline[][] = [[]];
  const pieces: Inline[] = [];
  let depth = 0;
  for (const [order, inline] of inlines.entries()) {
    const { raw = '', text = '', start } = inline;
    if (!inline.name?.startsWith('html')) depth += inline.kind === 'open' ? 1 : inline.kind === 'close' ? -1 : 0;
    // Inside of emphasis or a link it is a text like others.
    if (inline.kind !== 'text' || depth !== 0 || !/:::|\[!/.test(raw)) {
      lines.at(-1)!.push(inline);
      pieces.push(inline);
      continue;
    }
    const rawLines = raw.split(/(?<=\n)/);
    const textLines = text.split(/(?<=\n)/);
    let position = start;
    for (const [index, rawLine] of rawLines.entries()) {
      const end = position + rawLine.length;
      // The marks of a quotation or a list that a new line begins with are none of its text.
      const mark = index > 0 ? /^[ \t>]*/.exec(rawLine)![0].length : 0;
      const piece: Inline = { kind: 'text', start: position + mark, end, raw: rawLine.slice(mark), text: textLines[index] ?? '' };
      pieces.push(piece);
      const isWhole = (index > 0 || order === 0) && (rawLine.endsWith('\n') || order === inlines.length - 1);
      if (isWhole && directive.test(rawLine.trimEnd())) lines.push([]);
      else lines.at(-1)!.push(piece);
      position = end;
    }
  }
  return { lines, pieces };
}

function lineSlot(inlines: Inline[], paragraph: Inline[], place: { context: InlineContext; isDivided: boolean }, { lineOf, definitions }: Reading): Slot | undefined {
  // A line break inside of a paragraph is a space, or nothing between characters of a script without spaces.
  const tagged = tagText(inlines.map((inline) => (inline.text === undefined ? inline : { ...inline, text: joinInside(inline.text) })));
  if (!tagged) return undefined;
  const { source, start, end } = tagged;
  const line = lineOf(start);
  const segment: Segment = { id: `${line}`, source, place: `line ${line}`, translatable: isTranslatable(source) };
  const around = {
    ...place,
    definitions,
    before: paragraph.filter((inline) => inline.end <= start),
    after: paragraph.filter((inline) => inline.start >= end),
  } as const;
  return {
    start,
    end,
    segments: [segment],
    print([target = source], slice) {
      if (target === source) return slice(start, end);
      refuseBrokenTags(source, target, segment.place);
      return writeInlines(target, tagged, { ...around, slice }, segment.place);
    },
  };
}

function offsetsOf(node: Nodes): { start: number; end: number } {
  return { start: node.position!.start.offset!, end: node.position!.end.offset! };
}
