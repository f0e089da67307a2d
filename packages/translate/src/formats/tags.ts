import { TaskError } from '@glm-tasks/core';

/** A piece of a line of text: words, or markup that comes in pairs or alone. Offsets are into the document. */
export interface Inline {
  kind: 'text' | 'open' | 'close' | 'single';
  start: number;
  end: number;
  /** Of a text: what a reader sees, entities and escapes resolved. */
  text?: string;
  /** Of a text: as the document writes it. */
  raw?: string;
  /** Opening and closing tags of one name make a pair. */
  name?: string;
  /** It stands for words that stay (code, an address), with all that a pair holds, and has its place in the sentence; others leave a line's ends. */
  isWord?: boolean;
  /** Of a pair that is one tag because no word is in it: its pieces. */
  inside?: Inline[];
  /** What is written instead of the document's own text, where that would not do in another sentence. */
  written?: string;
}

/** What a numbered tag stands for. */
export interface Tag {
  number: number;
  kind: 'open' | 'close' | 'single';
  inline: Inline;
}

export interface TaggedText {
  source: string;
  start: number;
  end: number;
  tags: Tag[];
}

interface Node {
  inline: Inline;
  close?: Inline;
  children: Node[];
}

/** A line of text and markup as one source with numbered tags, without the markup and white space around it. Undefined where no letter is left. */
export function tagText(inlines: Inline[]): TaggedText | undefined {
  const nodes = trimNodes(buildTree(inlines).map(joinWordless));
  const [first, last] = [nodes[0], nodes.at(-1)];
  if (!first || !last || !hasWords(nodes)) return undefined;
  const tags: Tag[] = [];
  let count = 0;
  const write = ({ inline, close, children }: Node): string => {
    if (inline.kind === 'text') return (inline.text ?? '').replace(/<\/?\d+\s*\/?>/g, (literal) => `<${tagLiteral(literal, inline)}/>`);
    const number = ++count;
    tags.push({ number, kind: close ? 'open' : 'single', inline });
    if (!close) return `<${number}/>`;
    const inside = children.map(write).join('');
    tags.push({ number, kind: 'close', inline: close });
    return `<${number}>${inside}</${number}>`;
  };
  /** Text that looks like one of our tags becomes one, so that it comes back as it was. */
  const tagLiteral = (literal: string, { start }: Inline): number => {
    tags.push({ number: ++count, kind: 'single', inline: { kind: 'text', start, end: start, text: literal } });
    return count;
  };
  return { source: nodes.map(write).join(''), start: first.inline.start, end: (last.close ?? last.inline).end, tags };
}

/** Deeper than any text; it keeps hostile documents from costing more than their length. */
const maxDepth = 100;

function buildTree(inlines: Inline[]): Node[] {
  const root: Node[] = [];
  const open: { node: Node; siblings: Node[] }[] = [];
  let siblings = root;
  for (const inline of inlines) {
    if (inline.kind === 'close') {
      const depth = open.findLastIndex(({ node }) => node.inline.name === inline.name);
      if (depth < 0) {
        siblings.push({ inline: { ...inline, kind: 'single' }, children: [] });
        continue;
      }
      // What was opened inside and not closed stands alone; its contents move up to where it stands.
      while (open.length > depth + 1) siblings = unpair(open.pop()!);
      const { node, siblings: outer } = open.pop()!;
      node.close = inline;
      siblings = outer;
    } else {
      const node: Node = { inline, children: [] };
      siblings.push(node);
      if (inline.kind !== 'open') continue;
      if (open.length === maxDepth) {
        node.inline = { ...inline, kind: 'single' };
        continue;
      }
      open.push({ node, siblings });
      siblings = node.children;
    }
  }
  while (open.length > 0) unpair(open.pop()!);
  return root;
}

function unpair({ node, siblings }: { node: Node; siblings: Node[] }): Node[] {
  for (const child of node.children) siblings.push(child);
  node.children = [];
  node.inline = { ...node.inline, kind: 'single' };
  return siblings;
}

/** A link around a picture or code is one tag, not three. */
function joinWordless(node: Node): Node {
  if (!node.close) return node;
  if (hasWords([node]) && !node.inline.isWord) return { ...node, children: node.children.map(joinWordless) };
  return { inline: { kind: 'single', start: node.inline.start, end: node.close.end, isWord: node.inline.isWord === true || node.children.some(hasVisible), inside: flatten(node), ...(node.inline.name !== undefined && { name: node.inline.name }) }, children: [] };
}

function flatten({ inline, close, children }: Node): Inline[] {
  return close ? [inline, ...children.flatMap(flatten), close] : [inline];
}

function trimNodes(nodes: Node[]): Node[] {
  const isSpare = (node: Node): boolean => !hasWords([node]) && !hasVisible(node);
  const first = nodes.findIndex((node) => !isSpare(node));
  if (first < 0) return [];
  const kept = nodes.slice(first, nodes.findLastIndex((node) => !isSpare(node)) + 1);
  // A pair around everything is no matter of the sentence, unless it must be written another way.
  if (kept.length === 1 && kept[0]!.close && kept[0]!.close.written === undefined) return trimNodes(kept[0]!.children);
  return kept.map((node, index) => trimText(node, index === 0, index === kept.length - 1));
}

/** Text beside a tag may be a sentence's first word or its full stop, even without a letter. */
function hasVisible({ inline, children }: Node): boolean {
  return inline.kind === 'text' ? (inline.text ?? '').trim() !== '' : inline.isWord === true || children.some(hasVisible);
}

function hasWords(nodes: Node[]): boolean {
  return nodes.some(({ inline, children }) => (inline.kind === 'text' ? /\p{L}/u.test(inline.text ?? '') : !inline.isWord && hasWords(children)));
}

/** White space at an end of a text as the document writes it, which may be an entity. */
const spaceBefore = /^(?:\s|&(?:nbsp|ensp|emsp|thinsp|#160|#x0*a0);)*/i;
const spaceAfter = /(?:\s|&(?:nbsp|ensp|emsp|thinsp|#160|#x0*a0);)*$/i;

function trimText(node: Node, atStart: boolean, atEnd: boolean): Node {
  const { kind, text = '', raw = '', start, end } = node.inline;
  if (kind !== 'text') return node;
  const before = atStart ? spaceBefore.exec(raw)![0].length : 0;
  const after = atEnd ? spaceAfter.exec(raw.slice(before))![0].length : 0;
  const trimmed = atStart && atEnd ? text.trim() : atStart ? text.trimStart() : atEnd ? text.trimEnd() : text;
  return { ...node, inline: { ...node.inline, text: trimmed, start: start + before, end: end - after } };
}

const tagPattern = /<(\/?)(\d+)\s*(\/?)>/g;

export type TagPart = { text: string } | { tag: Tag };

/** A target taken apart at the tags of its source. */
export function splitTags(target: string, { tags }: TaggedText): TagPart[] {
  const parts: TagPart[] = [];
  let position = 0;
  for (const found of target.matchAll(tagPattern)) {
    const kind = found[1] ? 'close' : found[3] ? 'single' : 'open';
    const tag = tags.find(({ number, kind: wanted }) => number === Number(found[2]) && wanted === kind);
    if (!tag) continue;
    if (found.index > position) parts.push({ text: target.slice(position, found.index) });
    parts.push({ tag });
    position = found.index + found[0].length;
  }
  if (position < target.length) parts.push({ text: target.slice(position) });
  return parts;
}

/** What is wrong with the numbered tags of a target: each of the source's once, closed after it opens, around something, properly nested. */
function checkTags(source: string, target: string): string[] {
  const wanted = readTags(source);
  const found = readTags(target);
  const issues = new Set<string>();
  for (const tag of new Set([...wanted, ...found])) {
    const [want, have] = [wanted, found].map((tags) => tags.filter((other) => other === tag).length) as [number, number];
    if (have < want) issues.add(`${tag} is missing`);
    if (have > want) issues.add(want === 0 ? `${tag} is not in the source` : `${tag} occurs ${have} times`);
  }
  if (issues.size > 0) return [...issues];
  const open: string[] = [];
  for (const tag of found) {
    if (tag.startsWith('</')) {
      if (open.pop() !== tag.replace('/', '')) return [`${tag} does not close what was opened last`];
    } else if (!tag.endsWith('/>')) open.push(tag);
  }
  for (const empty of target.matchAll(/<(\d+)>\s*<\/\1>/g)) if (!source.includes(empty[0])) issues.add(`<${empty[1]}> holds nothing`);
  return [...issues];
}

function readTags(text: string): string[] {
  return [...text.matchAll(tagPattern)].map(([, close, number, single]) => `<${close}${number}${single}>`);
}

export function refuseBrokenTags(source: string, target: string, place: string): void {
  const issues = checkTags(source, target);
  if (issues.length === 0) return;
  throw new TaskError('output_invalid', `The translation of ${place} has lost its markup (${issues.join('; ')}); leave it out, and its source stays.`, { details: { place, issues } });
}
