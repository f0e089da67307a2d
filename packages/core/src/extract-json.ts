import { createJsonReader, type JsonElement, type JsonReader } from './read-json.ts';

/** A JSON value in a text, as far as it was read. */
export interface FoundJson {
  value: unknown;
  elements: readonly JsonElement[];
}

export interface JsonScanner {
  push(text: string): void;
  /** No more text comes. */
  end(): Extracted;
  /** The first value of the text so far, while it grows and when it is complete. */
  readonly first: FoundJson | undefined;
}

export interface Extracted {
  /** The complete values, in the order of the text. Empty when the text ends inside one: what came before was a draft of it. */
  found: FoundJson[];
  /** Why there may be none, in words for the model. */
  problem: string;
}

type Mode = 'prose' | 'value' | 'broken' | 'thinking';

const THINKING = '<think>';
const THOUGHT = '</think>';

/**
 * Finds the JSON in what a model wrote, piece by piece: behind or before prose, in fences, after its reasoning. A part of a broken or cut value
 * is never taken for a value of its own.
 */
export function createJsonScanner(): JsonScanner {
  const found: FoundJson[] = [];
  let mode: Mode = 'prose';
  let rest = '';
  let prose = '';
  let read = '';
  let reader: JsonReader = createJsonReader();
  let broken = false;

  /** Each takes from `rest` what it can; true when there may be more to take. */
  const take: Record<Mode, () => boolean> = {
    prose() {
      const at = rest.search(/[{[<]/);
      prose += at < 0 ? rest : rest.slice(0, at);
      rest = at < 0 ? '' : rest.slice(at);
      if (rest === '') return false;
      if (rest[0] === '<') return takeTag();
      reader = createJsonReader();
      read = '';
      mode = 'value';
      return true;
    },
    value() {
      const used = reader.push(rest);
      read += rest.slice(0, used);
      rest = rest.slice(used);
      if (reader.state === 'open') return false;
      if (reader.state === 'complete') {
        found.push(reader);
        mode = 'prose';
        return true;
      }
      rest = read + rest;
      mode = reader.begun ? 'broken' : 'prose';
      if (!reader.begun) dropOne();
      return true;
    },
    broken() {
      broken = true;
      const end = findBalance(rest);
      if (end < 0) return false;
      rest = rest.slice(end);
      mode = 'prose';
      return true;
    },
    thinking() {
      const end = rest.indexOf(THOUGHT);
      if (end < 0) return false;
      rest = rest.slice(end + THOUGHT.length);
      mode = 'prose';
      return true;
    },
  };

  function takeTag(): boolean {
    if (rest.startsWith(THINKING)) mode = 'thinking';
    else if (rest.startsWith(THOUGHT)) {
      // Its opening tag is in the prompt of some models: all of this was reasoning.
      found.length = 0;
      prose = '';
      rest = rest.slice(THOUGHT.length);
    } else if (THINKING.startsWith(rest) || THOUGHT.startsWith(rest)) return false;
    else dropOne();
    return true;
  }

  function dropOne(): void {
    prose += rest[0];
    rest = rest.slice(1);
  }

  function takeScalar(): void {
    const scalar = createJsonReader();
    const text = (prose + rest).replace(/^\s*```\w*\n|\n?```\s*$/g, '').trim();
    const used = scalar.push(text);
    scalar.end();
    if (scalar.state === 'complete' && used === text.length) found.push(scalar);
  }

  return {
    push(text) {
      rest += text;
      while (take[mode]());
    },
    end() {
      if (mode === 'value') return { found: [], problem: 'The JSON ends before it is complete.' };
      if (mode === 'broken') return { found: [], problem: 'The JSON is malformed.' };
      if (found.length === 0 && mode === 'prose' && !broken) takeScalar();
      return { found, problem: broken ? 'The JSON is malformed.' : 'There is no JSON in the answer.' };
    },
    get first() {
      return found[0] ?? (mode === 'value' ? reader : undefined);
    },
  };
}

export function extractJson(text: string): Extracted {
  const scanner = createJsonScanner();
  scanner.push(text);
  return scanner.end();
}

/** Behind the bracket that closes the first one; -1 where none does. */
function findBalance(text: string): number {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|[{}[\]]/gsu)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else continue;
    if (depth === 0) return index + 1;
  }
  return -1;
}
