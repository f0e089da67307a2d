import type { Nodes } from 'mdast';
import type { Node as JsonNode } from 'jsonc-parser';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Format } from '../segments.ts';
import { shownAttributes } from './html-attributes.ts';
import { blockNames, opaqueNames, readHtml, wordNames, type HtmlTag } from './html-tokens.ts';
import { parseJsonTree } from './json.ts';
import { parseMarkdownTree } from './markdown-tree.ts';
import { readPo } from './po-entries.ts';
import { readSrt, readVtt } from './subtitles.ts';
import { parseYamlDocuments } from './yaml.ts';

const readers = {
  // Its lines are compared one by one; breaks inside of a paragraph are free.
  plain: () => [],
  markdown: (text) => readMarkdownShape(parseMarkdownTree(text)),
  html: readHtmlShape,
  json: (text) => readJsonShape(parseJsonTree(text)),
  yaml: (text) => parseYamlDocuments(text).flatMap(({ contents }, index) => readYamlShape(contents, `document ${index + 1}`)),
  po: (text) => readPo(text).map(({ context, id, idPlural }) => `entry ${JSON.stringify([context, id, idPlural].filter((part) => part !== undefined))}`),
  srt: (text) => readSrt(text).map(({ timing }) => `subtitle at ${timing}`),
  vtt: (text) => readVtt(text).map(({ timing }) => `subtitle at ${timing}`),
} satisfies Record<Format, (text: string) => string[]>;

/** What a document is made of but its words, in order; what may change places inside of a sentence, sorted. */
export function readShape(text: string, format: Format): string[] {
  return readers[format](text.replace(/^\uFEFF/, ''));
}

const blocks = new Set(['root', 'blockquote', 'list', 'listItem', 'table', 'tableRow', 'tableCell', 'paragraph', 'heading', 'thematicBreak', 'footnoteDefinition']);

function readMarkdownShape(node: Nodes): string[] {
  if (node.type === 'text') return [];
  if (node.type === 'yaml' || (node.type as string) === 'toml') return ['front matter'];
  if (node.type === 'code') return [`code ${node.lang ?? ''} ${JSON.stringify(node.value)}`];
  if (node.type === 'definition') return [`definition [${node.identifier}] ${node.url}`];
  if (node.type === 'html') return readHtmlShape(node.value);
  const inside = 'children' in node ? node.children.flatMap(readMarkdownShape) : [];
  if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell') inside.sort();
  return [describeNode(node), ...inside];
}

function describeNode(node: Nodes): string {
  if (node.type === 'heading') return `heading ${node.depth}`;
  if (node.type === 'list') return node.ordered ? 'numbered list' : 'list';
  if (node.type === 'listItem') return typeof node.checked === 'boolean' ? `item [${node.checked ? 'x' : ' '}]` : 'item';
  if (node.type === 'link' || node.type === 'image') return `${node.type} ${node.url}`;
  if (node.type === 'linkReference' || node.type === 'imageReference' || node.type === 'footnoteReference') return `${node.type} [${node.identifier}]`;
  if (node.type === 'inlineCode') return `code \`${node.value}\``;
  return blocks.has(node.type) ? node.type : `inline ${node.type}`;
}

function readHtmlShape(html: string): string[] {
  const shape: string[] = [];
  let line: string[] = [];
  let opaque: { name: string; start: number; depth: number } | undefined;
  const endLine = (): void => {
    shape.push(...line.sort());
    line = [];
  };
  for (const token of readHtml(html)) {
    if (token.kind === 'text' || (token.kind === 'close' && token.isImplied)) continue;
    const written = html.slice(token.start, token.end);
    if (token.kind === 'other') {
      if (!opaque) line.push(written);
      continue;
    }
    if (opaque) {
      if (token.name === opaque.name) opaque.depth += token.kind === 'open' ? 1 : -1;
      if (opaque.depth > 0) continue;
      line.push(html.slice(opaque.start, token.end));
      opaque = undefined;
      continue;
    }
    const isBlock = blockNames.has(token.name);
    if (isBlock) endLine();
    if (token.kind === 'open' && (opaqueNames.has(token.name) || wordNames.has(token.name))) opaque = { name: token.name, start: token.start, depth: 1 };
    else (isBlock ? shape : line).push(token.kind === 'open' ? describeTag(token) : `</${token.name}>`);
  }
  endLine();
  return shape;
}

function describeTag({ name, attributes }: HtmlTag): string {
  const kept = [...attributes].map(([key, { value }]) => (shownAttributes.includes(key) || key === 'lang' || (name === 'meta' && key === 'content') || (name === 'input' && key === 'value') ? key : `${key}=${JSON.stringify(value)}`));
  return `<${[name, ...kept].join(' ')}>`;
}

function readJsonShape(node: JsonNode, path = 'the document'): string[] {
  if (node.type === 'object') return [`${path} {}`, ...(node.children ?? []).flatMap(({ children: [key, value] = [] }) => (value ? readJsonShape(value, `${path} > ${String(key?.value)}`) : []))];
  if (node.type === 'array') return [`${path} []`, ...(node.children ?? []).flatMap((child, index) => readJsonShape(child, `${path} > ${index}`))];
  return [node.type === 'string' ? `${path} text` : `${path} ${String(node.value)}`];
}

function readYamlShape(node: unknown, path: string): string[] {
  if (isAlias(node)) return [`${path} *${node.source}`];
  if (isSeq(node)) return [`${path} []`, ...node.items.flatMap((item, index) => readYamlShape(item, `${path} > ${index}`))];
  if (isMap(node)) return [`${path} {}`, ...node.items.flatMap(({ key, value }) => readYamlShape(value, `${path} > ${isScalar(key) ? String(key.value) : String(key)}`))];
  if (!isScalar(node)) return [];
  return [typeof node.value === 'string' ? `${path} text` : `${path} ${String(node.value)}`];
}
