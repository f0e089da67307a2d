/** Vocabularies for tests, trained on a text as real ones are: again and again the commonest pair becomes a token. */

/** The printable stand-ins of all bytes, as byte-level vocabularies write them. */
export const byteCharacters: readonly string[] = (() => {
  const isPrintable = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let standIn = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : standIn++));
})();

export function writeBytePairs(text: string, count: number): { tokens: string[]; merges: string[] } {
  const words = (text.match(/ ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+/gu) ?? []).map((word) => Array.from(Buffer.from(word), (byte) => byteCharacters[byte]!));
  const pairs = mergeOften(words, count);
  return { tokens: [...new Set([...byteCharacters, ...pairs.map((pair) => pair.join(''))])], merges: pairs.map((pair) => pair.join(' ')) };
}

export function writeSentencePieces(text: string, count: number, specials: readonly string[]): { tokens: string[]; scores: number[]; kinds: number[] } {
  const marked = `\u2581${text.replaceAll(' ', '\u2581')}`;
  const words = marked.split(/(?=\u2581)|\n/u).map((word) => Array.from(word));
  const pieces = [...new Set(mergeOften(words, count).map((pair) => pair.join('')))];
  const characters = [...new Set(marked)].filter((character) => character !== '\n' && !pieces.includes(character));
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const groups = [
    { list: ['<unk>'], kind: 2 },
    { list: ['<s>', '</s>'], kind: 3 },
    { list: bytes, kind: 6 },
    { list: [...pieces, ...characters], kind: 1 },
    { list: specials, kind: 3 },
  ];
  const tokens = groups.flatMap(({ list }) => list);
  // The earlier a piece was made, the better.
  return { tokens, scores: tokens.map((_, id) => (id < 259 ? 0 : 259 - id)), kinds: groups.flatMap(({ list, kind }) => list.map(() => kind)) };
}

function mergeOften(words: string[][], count: number): [string, string][] {
  const made: [string, string][] = [];
  while (made.length < count) {
    const seen = new Map<string, { pair: [string, string]; times: number }>();
    for (const word of words) {
      for (let i = 1; i < word.length; i++) {
        const pair: [string, string] = [word[i - 1]!, word[i]!];
        const entry = seen.get(pair.join('\0'));
        seen.set(pair.join('\0'), { pair, times: (entry?.times ?? 0) + 1 });
      }
    }
    const best = [...seen.values()].reduce<{ pair: [string, string]; times: number } | undefined>((most, one) => (most === undefined || one.times > most.times ? one : most), undefined);
    if (best === undefined) break;
    made.push(best.pair);
    words = words.map((word) => join(word, best.pair));
  }
  return made;
}

function join(word: readonly string[], [left, right]: readonly [string, string]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < word.length; i++) {
    if (word[i] === left && word[i + 1] === right) {
      joined.push(left + right);
      i++;
    } else joined.push(word[i]!);
  }
  return joined;
}
