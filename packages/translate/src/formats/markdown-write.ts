import { TaskError } from '@glm-tasks/core';
import type { Nodes } from 'mdast';
import { readInlines } from './markdown-inlines.ts';
import { parseMarkdownTree } from './markdown-tree.ts';
import { splitTags, type Inline, type TaggedText, type TagPart } from './tags.ts';

export type InlineContext = 'paragraph' | 'item' | 'task' | 'task-below' | 'heading' | 'cell';

export interface Surroundings {
  context: InlineContext;
  /** Whether other texts of the same paragraph are translated apart, with whose marks those of this one could pair. */
  isDivided: boolean;
  /** The document's own text, with what is translated inside of it. */
  slice(start: number, end: number): string;
  definitions: string[];
  /** The pieces of the same paragraph before the text and after it. */
  before: Inline[];
  after: Inline[];
}

/**
 * A translation as Markdown that reads back as just that text and just those tags. It is written as it is and read back; where something reads
 * otherwise, marks of emphasis get the spaces they need (Chinese writes none: "**注意：**这是" is not bold), then what could be syntax is escaped.
 */
export function writeInlines(target: string, tagged: TaggedText, around: Surroundings, place: string): string {
  const parts = splitTags(moveSpacesOut(target), tagged);
  for (const spell of around.isDivided ? spellings.filter(({ escape }) => escape === risky || escape === all) : spellings) {
    if (isPlain(parts, around) || readsAs(writeParts(parts, { ...around, slice: (start, end) => flat(around.slice(start, end)) }, spell), parts, tagged, around, spell)) return writeParts(parts, around, spell);
  }
  throw new TaskError('output_invalid', `The translation of ${place} cannot be written as Markdown with the markup of its source; leave it out, and its source stays.`, { details: { place, target } });
}

interface Spelling {
  /** Of a text: as it is, with its risky characters escaped, or all its punctuation. */
  escape: (text: string, context: InlineContext) => string;
  spaced: boolean;
  asterisks: boolean;
}

const asIs = (text: string, context: InlineContext): string => (context === 'cell' ? text.replaceAll('|', '\\|') : text);
const start = (text: string, context: InlineContext): string => asIs(text, context).replace(/(?<=^\s*)[#+=>-]|(?<=^\s*\d+)[.)]/g, '\\$&');
const risky = (text: string, context: InlineContext): string =>
  text.replace(/[\\`*_[\]<>~]|&(?=[#\w]+;)|(?<=^\s*)[#+=-]|(?<=^\s*\d+)[.)]|:(?=\/\/)|(?<=www)\.|@|!(?=\[|$)/g, '\\$&').replace(/\|/g, context === 'cell' ? '\\|' : '|');
/** A backslash keeps no code or HTML from ending that began in what stays. */
const all = (text: string): string => text.replace(/[!-/:-@[-`{-~]/g, (character) => ('`<>'.includes(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`));

const spellings: readonly Spelling[] = [
  { escape: asIs, spaced: false, asterisks: false },
  { escape: start, spaced: false, asterisks: false },
  { escape: asIs, spaced: false, asterisks: true },
  { escape: asIs, spaced: true, asterisks: false },
  { escape: risky, spaced: false, asterisks: false },
  { escape: risky, spaced: true, asterisks: false },
  { escape: risky, spaced: true, asterisks: true },
  { escape: all, spaced: true, asterisks: true },
];

/** Nothing in it that any Markdown could read as syntax, and every mark among letters, so it need not be read back: that takes a while. */
function isPlain(parts: TagPart[], { slice }: Surroundings): boolean {
  const textAt = (index: number): string | undefined => {
    const part = parts[index];
    return part === undefined ? '' : 'text' in part ? part.text : undefined;
  };
  return parts.every((part, index) => {
    if ('text' in part) return !/[\\`*_[\]<>&~|@$]|:\/\/|www\.|:::/.test(part.text) && !(index === 0 && /^\s*(?:[#+=-]|\d+[.)])/.test(part.text));
    const { kind, inline } = part.tag;
    const [previous, next] = [textAt(index - 1), textAt(index + 1)];
    if (previous === undefined || next === undefined || inline.kind === 'text') return false;
    const mark = markOf(inline, slice);
    if (isEmphasis(inline)) return kind !== 'single' && /^[*~]+$/.test(mark) && (kind === 'open' ? /^[\p{L}\p{N}]/u.test(next) : /[\p{L}\p{N}]$/u.test(previous));
    if (mark.startsWith('`')) return true;
    return mark === '[' || (/^\].*\)$/s.test(mark) && kind === 'close');
  });
}

/** Emphasis with a space inside its marks is none: the space goes outside. */
function moveSpacesOut(target: string): string {
  const space = (run: string): string => (/\s/.test(run) ? ' ' : '');
  const tags = (run: string): string => run.replace(/\s+/g, '');
  return target.replace(/(?:<\d+>\s*)+/g, (run) => space(run) + tags(run)).replace(/(?:\s*<\/\d+>)+/g, (run) => tags(run) + space(run)).trim();
}

function isEmphasis({ name }: Inline): boolean {
  return /^(?:emphasis|strong|delete) /.test(name ?? '');
}

/** It takes in whatever follows it without a space, a full stop in Chinese too. */
function isBareAddress({ name }: Inline, written: string): boolean {
  return name === 'link' && /^[^<[]/.test(written);
}

function writeParts(parts: TagPart[], around: Surroundings, { escape, spaced, asterisks }: Spelling): string {
  let written = '';
  for (const [index, part] of parts.entries()) {
    if ('text' in part) {
      written += escape(part.text, around.context);
      continue;
    }
    const { kind, inline } = part.tag;
    const [previous, next] = [parts[index - 1], parts[index + 1]];
    // Spaces before a break would be part of it, and with a tab there is none.
    if (inline.name === 'break' && previous && 'text' in previous) written = written.trimEnd();
    const own = inline.kind === 'text' ? escape(inline.text!, around.context) : markOf(inline, around.slice);
    const mark = asterisks && isEmphasis(inline) ? own.replaceAll('_', '*') : own;
    const gap = spaced && (isEmphasis(inline) || isBareAddress(inline, own)) ? ' ' : '';
    const isFirstInside = previous !== undefined && 'tag' in previous && previous.tag.kind === 'open';
    const before = kind !== 'close' && written !== '' && !isFirstInside && !/\s$/.test(written) ? gap : '';
    const after = kind !== 'open' && next && ('text' in next ? !/^\s/.test(next.text) : next.tag.kind !== 'close') ? gap : '';
    written += `${before}${mark}${after}`;
  }
  return written;
}

/** The parser's own answer to whether this is the text with these tags. */
function readsAs(written: string, parts: TagPart[], { start, end }: TaggedText, around: Surroundings, spelling: Spelling): boolean {
  const { context, before, after, slice, definitions } = around;
  const { open, close, path } = frames[context];
  const [lineBefore, lineAfter] = [slice(before[0]?.start ?? start, start), slice(end, after.at(-1)?.end ?? end)];
  // Lines of the paragraph that stay continue it already: indented, they do so here too. The line the text begins on may yet become another block.
  const [, earlier = '', last = ''] = /^(.*?)(\n[ \t>]*)?$/s.exec(lineBefore) ?? [];
  const source = `${open}${indented(earlier)}${flat(last)}${written}${indented(lineAfter)}${close}`;
  const needed = source.includes('[') ? definitions : [];
  const tree = parseMarkdownTree(needed.length > 0 ? `${source}\n\n${needed.join('\n\n')}\n` : source);
  let node: Nodes = tree;
  for (const type of path) {
    const child: Nodes | undefined = 'children' in node ? node.children[type === 'tableRow' ? 1 : 0] : undefined;
    if (child?.type !== type || (child.type === 'listItem' && (typeof child.checked === 'boolean') !== context.startsWith('task'))) return false;
    node = child;
  }
  if (tree.children.some(({ type }, index) => index > 0 && type !== 'definition' && type !== 'footnoteDefinition')) return false;
  const wanted = [...before, ...parts.map((part): Inline => ('text' in part ? { kind: 'text', start: 0, end: 0, text: part.text } : part.tag.inline)), ...after];
  const staying = new Set([...before, ...after]);
  const wantedMark = (inline: Inline): string => {
    if (staying.has(inline)) return slice(inline.start, inline.end);
    const mark = markOf(inline, slice);
    return spelling.asterisks && isEmphasis(inline) ? mark.replaceAll('_', '*') : mark;
  };
  const found = describe(readInlines(node, source).inlines, ({ start, end }) => source.slice(start, end));
  return found === describe(wanted, wantedMark);
}

/** Without the marks of the quotations and lists it stands in, which begin its lines. */
function flat(text: string): string {
  return text.replace(/\n[ \t>]*/g, '\n');
}

function indented(text: string): string {
  return text.replace(/\n[ \t>]*/g, '\n        ');
}

function markOf(inline: Inline, slice: Surroundings['slice']): string {
  return inline.written ?? slice(inline.start, inline.end);
}

const frames: Readonly<Record<InlineContext, { open: string; close: string; path: readonly string[] }>> = {
  paragraph: { open: '', close: '', path: ['paragraph'] },
  item: { open: '- ', close: '', path: ['list', 'listItem', 'paragraph'] },
  task: { open: '- [ ] ', close: '', path: ['list', 'listItem', 'paragraph'] },
  'task-below': { open: '- [ ]\n  ', close: '', path: ['list', 'listItem', 'paragraph'] },
  heading: { open: '# ', close: '', path: ['heading'] },
  cell: { open: '| a |\n| - |\n| ', close: ' |', path: ['table', 'tableRow', 'tableCell'] },
};

/** Texts and marks in order, without white space, which marks may need more of. */
function describe(inlines: Inline[], markOf: (inline: Inline) => string): string {
  return inlines
    .flatMap((inline) => inline.inside ?? [inline])
    .map((inline) => (inline.kind === 'text' ? strip(inline.text ?? '') : `\u0001${inline.name === 'break' ? 'break' : strip(flat(markOf(inline)))}\u0002`))
    .join('')
    .replaceAll('\u0002\u0001', '');
}

function strip(text: string): string {
  return text.replace(/\s+/g, '');
}
