/** A finished element of an array, and where it stands in the whole. */
export interface JsonElement {
  path: (string | number)[];
  value: unknown;
}

export interface JsonReader {
  /** Reads on. Returns how many characters were taken: all of them, unless the value ended or broke inside this text. */
  push(text: string): number;
  /** No more text comes. Completes a number at the top, which only the end of the text can end. */
  end(): void;
  /** `open`: more text is needed. */
  readonly state: 'open' | 'complete' | 'malformed';
  /** The value so far, the same object on every look. Strings, lists and objects grow; numbers and words appear when they are whole. */
  readonly value: unknown;
  readonly elements: readonly JsonElement[];
  /** Whether a key and its colon or an element of a list was read: what breaks before that was no JSON but a bracket in a sentence. */
  readonly begun: boolean;
}

type Reading<T> = Generator<void, T, void>;
type Place = (value: unknown) => void;

const CLOSING_QUOTES = new Map([['"', '"'], ["'", "'"], ['“', '”']]);
const ESCAPES = new Map([['"', '"'], ["'", "'"], ['\\', '\\'], ['/', '/'], ['b', '\b'], ['f', '\f'], ['n', '\n'], ['r', '\r'], ['t', '\t']]);
const WORDS = new Map<string, unknown>([['true', true], ['false', false], ['null', null], ['True', true], ['False', false], ['None', null]]);
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
/** Deeper values overflow the stack of whoever walks them. */
const DEEPEST = 64;

/**
 * Reads one JSON value that arrives piece by piece. Takes what models write instead of JSON where it can mean one thing only: a comma before
 * a closing bracket, comments, None/True/False, 'single' and “curly” quotes, full-width colons and commas, line breaks inside strings. It never
 * closes what the text leaves open: such a value stays `open`.
 */
export function createJsonReader(): JsonReader {
  let chunk = '';
  let at = 0;
  let ended = false;
  let begun = false;
  let state: JsonReader['state'] = 'open';
  let value: unknown;
  const elements: JsonElement[] = [];
  const reading = readValue((read) => (value = read), []);

  /** The next character, not taken yet; '' behind the last one. */
  function* look(): Reading<string> {
    for (; at === chunk.length; yield) if (ended) return '';
    return chunk[at]!;
  }

  /** Never comes back: a text that broke is not read on, and one that ended too early stays `open`. */
  function* fail(): Reading<never> {
    if (!ended) state = 'malformed';
    for (;;) yield;
  }

  function* readValue(place: Place, path: (string | number)[]): Reading<void> {
    const first = yield* skipSpace();
    if (path.length >= DEEPEST) yield* fail();
    if (first === '{') yield* readObject(place, path);
    else if (first === '[') yield* readArray(place, path);
    else if (CLOSING_QUOTES.has(first)) place(yield* readString(place));
    else place(yield* readWord());
  }

  function* readObject(place: Place, path: (string | number)[]): Reading<void> {
    const object: Record<string, unknown> = {};
    at += 1;
    place(object);
    while ((yield* skipSpace()) !== '}') {
      if (!CLOSING_QUOTES.has(yield* look())) yield* fail();
      const key = yield* readString(() => {});
      const colon = yield* skipSpace();
      if (colon !== ':' && colon !== '：') yield* fail();
      at += 1;
      begun = true;
      // Not by assignment: the key may be "__proto__".
      const set = (read: unknown) => Object.defineProperty(object, key, { value: read, writable: true, enumerable: true, configurable: true });
      yield* readValue(set, [...path, key]);
      yield* endItem('}');
    }
    at += 1;
  }

  function* readArray(place: Place, path: (string | number)[]): Reading<void> {
    const list: unknown[] = [];
    at += 1;
    place(list);
    while ((yield* skipSpace()) !== ']') {
      const here = [...path, list.length];
      const index = list.length;
      yield* readValue((read) => (list[index] = read), here);
      begun = true;
      elements.push({ path: here, value: list[index] });
      yield* endItem(']');
    }
    at += 1;
  }

  function* endItem(close: string): Reading<void> {
    const char = yield* skipSpace();
    if (char === ',' || char === '，') at += 1;
    else if (char !== close) yield* fail();
  }

  function* readString(place: Place): Reading<string> {
    const close = CLOSING_QUOTES.get(chunk[at]!);
    let text = '';
    at += 1;
    for (;;) {
      // Half of a pair of escapes, which are one character, is not shown.
      if (at === chunk.length) place(text.replace(/[\ud800-\udbff]$/, ''));
      const char = yield* look();
      at += 1;
      if (char === close) return text;
      text += char === '\\' ? yield* readEscape() : char;
    }
  }

  function* readEscape(): Reading<string> {
    const char = yield* look();
    if (char === 'u') {
      let code = '';
      while (code.length < 4) {
        at += 1;
        const digit = yield* look();
        if (!/^[\da-fA-F]$/.test(digit)) yield* fail();
        code += digit;
      }
      at += 1;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    const meant = ESCAPES.get(char);
    if (meant === undefined) return yield* fail();
    at += 1;
    return meant;
  }

  function* readWord(): Reading<unknown> {
    let word = '';
    for (let char = yield* look(); /^[\w.+-]$/.test(char); char = yield* look()) {
      word += char;
      at += 1;
    }
    if (WORDS.has(word)) return WORDS.get(word);
    if (!NUMBER.test(word) || !Number.isFinite(Number(word))) yield* fail();
    return Number(word);
  }

  /** Skips white space and comments; returns the character behind them. */
  function* skipSpace(): Reading<string> {
    for (;;) {
      const char = yield* look();
      if (char === '/') yield* skipComment();
      else if (/^\s$/.test(char)) at += 1;
      else return char;
    }
  }

  function* skipComment(): Reading<void> {
    at += 1;
    const kind = yield* look();
    if (kind !== '/' && kind !== '*') yield* fail();
    const close = kind === '/' ? '\n' : '*/';
    let tail = '';
    at += 1;
    while (!tail.endsWith(close)) {
      const char = yield* look();
      if (char === '') yield* fail();
      tail = (tail + char).slice(-2);
      at += 1;
    }
  }

  function step(): void {
    if (state === 'open' && reading.next().done) state = 'complete';
  }

  return {
    push(text) {
      if (state !== 'open') return 0;
      chunk = text;
      at = 0;
      step();
      return at;
    },
    end() {
      if (value !== undefined) return;
      ended = true;
      step();
    },
    get state() {
      return state;
    },
    get value() {
      return value;
    },
    elements,
    get begun() {
      return begun;
    },
  };
}
