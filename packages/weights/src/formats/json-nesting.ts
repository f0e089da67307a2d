/**
 * Says what is wrong with the nesting of a JSON text before it is parsed: deeper than `deepest`, a key twice in one object, or the key
 * `__proto__`. Undefined for a text without these faults; whether it is JSON at all is the parser's to say.
 */
export function checkNesting(text: string, deepest: number): string | undefined {
  /** Keys of the open objects, none for an array. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') {
      if (open.length === deepest) return `is nested deeper than ${deepest} levels at character ${at}`;
      open.push(character === '{' ? new Set() : undefined);
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const end = findEnd(text, at);
      const keys = open.at(-1);
      if (keys !== undefined && isKey(text, end)) {
        const key = readKey(text.slice(at, end + 1));
        if (key === undefined) return `has a damaged key at character ${at}`;
        if (key === '__proto__') return 'has the key "__proto__", which no checkpoint needs';
        if (keys.has(key)) return `has "${key.slice(0, 200)}" twice`;
        keys.add(key);
      }
      at = end;
    }
  }
  return undefined;
}

/** Where the closing quotation mark is, or the end of the text. */
function findEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (at < text.length && ' \t\n\r'.includes(text[at]!)) at++;
  return text[at] === ':';
}

/** Keys are compared as they are meant: "\u0061" is "a". */
function readKey(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
