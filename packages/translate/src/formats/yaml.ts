import { LineCounter, isAlias, isMap, isScalar, isSeq, parse, parseAllDocuments, type Document, type Scalar } from 'yaml';
import type { ParsedDocument, ParseOptions } from '../segments.ts';
import { invalid } from './lines.ts';
import { readMessage } from './message.ts';
import { assemble, type Slot } from './slots.ts';

export interface YamlText {
  path: string;
  scalar: Scalar<string>;
  inFlow: boolean;
}

/** A YAML message file: every string but keys, in the style it is written in where its translation allows that. */
export function parseYaml(text: string, options: ParseOptions): ParsedDocument {
  const lineCounter = new LineCounter();
  const slots = readYaml(text, lineCounter).flatMap((found) => scalarSlot(found, lineCounter.linePos(found.scalar.range![0]).line, text, options.to));
  return assemble(text, slots);
}

export function parseYamlDocuments(text: string, lineCounter: LineCounter = new LineCounter()): Document.Parsed[] {
  // Duplicate keys are two texts; which of them counts is for the program that reads the file.
  const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
  const found = 'empty' in documents ? [] : documents;
  for (const { errors } of found) {
    const [error] = errors;
    if (error) throw invalid('YAML', lineCounter.linePos(error.pos[0]).line, error.message.replace(/\.$/, ''));
  }
  return found;
}

function readYaml(text: string, lineCounter: LineCounter): YamlText[] {
  const texts: YamlText[] = [];
  const walk = (node: unknown, path: string, inFlow: boolean): void => {
    if (isAlias(node)) return;
    if (isScalar(node) && typeof node.value === 'string' && node.range) texts.push({ path: path === '' ? 'text' : path, scalar: node as Scalar<string>, inFlow });
    if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, `${path}[${index}]`, inFlow || node.flow === true);
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      walk(value, path === '' ? name : `${path}.${name}`, inFlow || node.flow === true);
    }
  };
  const documents = parseYamlDocuments(text, lineCounter);
  for (const [index, document] of documents.entries()) walk(document.contents, documents.length > 1 ? `[${index}]` : '', false);
  return texts;
}

function scalarSlot({ path, scalar, inFlow }: YamlText, line: number, text: string, to: string): Slot[] {
  const [start, end] = scalar.range!;
  const { segments, write } = readMessage(scalar.value, path, line, to);
  if (segments.length === 0) return [];
  const print = (targets: (string | undefined)[], slice: (start: number, end: number) => string): string => {
    const value = write(targets);
    return value === scalar.value ? slice(start, end) : writeScalar(value, scalar, inFlow, text.slice(start, end));
  };
  return [{ start, end, segments, print }];
}

/** In the style of the source; in double quotes, which can hold anything, where the style would not read back as the same text. */
function writeScalar(value: string, scalar: Scalar<string>, inFlow: boolean, written: string): string {
  const quoted = JSON.stringify(value);
  const singleLine = !/[\r\n\u0085\u2028\u2029]/.test(value);
  // The library reads some reserved characters as the beginning of a plain text here, and not everywhere.
  if (scalar.type === 'PLAIN') return singleLine && !/^[%@`>|&*!?,\]}#]/.test(value) && readsAs(inFlow ? `[${value}]` : `k: ${value}`, value, inFlow) ? value : quoted;
  if (scalar.type === 'QUOTE_SINGLE') return singleLine ? `'${value.replaceAll("'", "''")}'` : quoted;
  if (scalar.type !== 'BLOCK_LITERAL' && scalar.type !== 'BLOCK_FOLDED') return quoted;
  const newlines = /(?:\r?\n)*$/.exec(written)![0];
  const block = `${writeBlock(value, scalar.type, written)}${newlines}`;
  return readsAs(`k: ${block}`, value, false) ? block : `${quoted}${newlines}`;
}

/** Under the header and at the indent of the source's block. In a folded one, an empty line is a line break. */
function writeBlock(value: string, type: 'BLOCK_LITERAL' | 'BLOCK_FOLDED', written: string): string {
  const [header = '', ...body] = written.split(/\r?\n/);
  const indent = /^ */.exec(body.find((line) => line.trim() !== '') ?? '')![0];
  const lines = value.replace(/\n+$/, '').split('\n').flatMap((line, index) => (type === 'BLOCK_FOLDED' && index > 0 ? ['', line] : [line]));
  return [header, ...lines.map((line) => (line === '' ? '' : `${indent}${line}`))].join(written.includes('\r\n') ? '\r\n' : '\n');
}

function readsAs(yaml: string, value: string, inFlow: boolean): boolean {
  try {
    const read: unknown = parse(yaml, { logLevel: 'silent', prettyErrors: false });
    return inFlow ? Array.isArray(read) && read.length === 1 && read[0] === value : typeof read === 'object' && read !== null && 'k' in read && read.k === value;
  } catch {
    return false;
  }
}
