import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { ParsedDocument, ParseOptions } from '../segments.ts';
import { createLineFinder, invalid } from './lines.ts';
import { readMessage } from './message.ts';
import { assemble, type Slot } from './slots.ts';

/** A JSON message file: every string but keys, at any depth. Comments are tolerated, as the files of some tools have them. */
export function parseJson(text: string, options: ParseOptions): ParsedDocument {
  const lineOf = createLineFinder(text);
  const slots: Slot[] = [];
  for (const { node, path } of readStrings(parseJsonTree(text))) {
    const [start, end] = [node.offset, node.offset + node.length];
    const { segments, write } = readMessage(node.value as string, path, lineOf(start), options.to);
    if (segments.length === 0) continue;
    slots.push({
      start,
      end,
      segments,
      print(targets, slice) {
        const value = write(targets);
        return value === node.value ? slice(start, end) : JSON.stringify(value);
      },
    });
  }
  return assemble(text, slots);
}

export function parseJsonTree(text: string): Node {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors);
  const [error] = errors;
  if (error || !tree) throw invalid('JSON', createLineFinder(text)(error?.offset ?? 0), error ? describe(error) : 'there is no value');
  return tree;
}

function describe({ error }: ParseError): string {
  return printParseErrorCode(error).replace(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase();
}

/** In the order of the file, without recursion: hostile files are nested deeper than a stack. */
function* readStrings(tree: Node): Generator<{ node: Node; path: string }> {
  const waiting: { node: Node; path: string }[] = [{ node: tree, path: '' }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, path } = next;
    if (node.type === 'string') yield { node, path: path === '' ? 'text' : path };
    const inside = node.type === 'object' ? readMembers(node, path) : node.type === 'array' ? (node.children ?? []).map((child, index) => ({ node: child, path: `${path}[${index}]` })) : [];
    for (const each of inside.toReversed()) waiting.push(each);
  }
}

function readMembers({ children = [] }: Node, path: string): { node: Node; path: string }[] {
  const keys = children.map(({ children: member }) => String(member?.[0]?.value ?? ''));
  // Beside the message of a browser extension or of react-intl stand notes for its translator.
  const hasNotes = keys.includes('message') || keys.includes('defaultMessage');
  return children.flatMap(({ children: member }, index) => {
    const [key, value] = [keys[index]!, member?.[1]];
    // "@key" of Flutter's message files tells about a message; it is none.
    if (!value || (key.startsWith('@') && key !== '@') || (hasNotes && /^(?:description|placeholders|id)$/.test(key))) return [];
    return [{ node: value, path: path === '' ? key : `${path}.${key}` }];
  });
}
