import { limitTime, type Origin } from './limit-time.ts';

// The slowest of our tokenizers takes 25 microseconds a character on a busy machine; ten times that is still given.
const BASE_MS = 1000;
const MS_PER_CHARACTER = 1 / 4;

interface Coder {
  encode(text: string, options?: object): unknown;
  decode(tokens: number[], options?: object): string;
}

/**
 * Has a tokenizer's patterns stopped where they would not end: after a second, and a quarter of a millisecond for every character. It is the
 * tokenizer itself that is changed, so that nobody reads past the limit.
 *
 * @param json what `tokenizer.json` holds
 */
export function limitEncoding(tokenizer: Coder, json: object): void {
  const parts = json as Record<string, unknown>;
  const reading = [...findPatterns(parts['normalizer'], 'normalizer'), ...findPatterns(parts['pre_tokenizer'], 'pre_tokenizer')];
  const writing = findPatterns(parts['decoder'], 'decoder');
  const encode = tokenizer.encode.bind(tokenizer);
  const decode = tokenizer.decode.bind(tokenizer);
  // What has no pattern cannot run on. Limits cost more than short texts do, and readers look at every word alone.
  if (reading.length > 0) tokenizer.encode = (text, options) => limitTime(originOf(reading), BASE_MS + text.length * MS_PER_CHARACTER, () => encode(text, options));
  if (writing.length > 0) tokenizer.decode = (tokens, options) => limitTime(originOf(writing), BASE_MS + tokens.length, () => decode(tokens, options));
}

function originOf(patterns: readonly string[]): Origin {
  return { file: 'tokenizer.json', field: patterns.slice(0, 3).join(', ') };
}

const DEEPEST = 6;

/** Where in a part texts may be matched for ever or grow without end, as paths: what is nested deeper than anybody nests is not trusted either. */
function findPatterns(part: unknown, path: string, depth = 0): string[] {
  if (typeof part !== 'object' || part === null) return [];
  if (depth > DEEPEST) return [path];
  const { pattern, content = '' } = part as { pattern?: { Regex?: unknown; String?: unknown } | null; content?: unknown };
  const grows = typeof pattern?.String === 'string' && String(content).length > pattern.String.length;
  if (typeof pattern?.Regex === 'string' || grows) return [`${path}.pattern`];
  return Object.entries(part).flatMap(([key, value]) => findPatterns(value, Array.isArray(part) ? `${path}[${key}]` : `${path}.${key}`, depth + 1));
}
