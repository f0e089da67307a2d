import { failFile } from './fail-file.ts';

const mostTokens = 1 << 20;
const longestToken = 512;

/**
 * Reads byte-level tokens that are listed by rank, one a line: its bytes in base64, a space, its rank. Any two
 * neighbours that make a token are merged, the lowest rank first, so a merge is listed for every way to cut a token in two.
 * Source of the format: https://github.com/openai/tiktoken/blob/main/tiktoken/load.py
 */
export function readRankedTokens(bytes: Uint8Array, file: string): { entries: Record<string, number>; merges: [string, string][] } {
  const ranks = new Map<string, number>();
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    if (line === '') continue;
    const [, encoded, rank] = /^([A-Za-z0-9+/]+=*) (\d{1,7})\r?$/.exec(line) ?? failFile(file, `has the line ${JSON.stringify(line.slice(0, 80))}, which is no token with its rank`);
    const token = writeBytes(Buffer.from(encoded!, 'base64'));
    if (token === '' || token.length > longestToken || ranks.has(token) || ranks.size === mostTokens) failFile(file, `has an impossible token at rank ${rank}`);
    ranks.set(token, Number(rank));
  }
  if (ranks.size === 0) failFile(file, 'has no tokens');
  const byRank = [...ranks.keys()].toSorted((a, b) => ranks.get(a)! - ranks.get(b)!);
  const merges = byRank.flatMap((token) =>
    [...token].slice(1).flatMap((_, i): [string, string][] => {
      const [left, right] = [token.slice(0, i + 1), token.slice(i + 1)];
      return ranks.has(left) && ranks.has(right) ? [[left, right]] : [];
    }),
  );
  return { entries: Object.fromEntries(ranks), merges };
}

/** Byte-level vocabularies write every byte as one visible character (Radford et al. 2019, GPT-2). */
const characters: readonly string[] = (() => {
  const isVisible = (byte: number): boolean => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isVisible(byte) ? byte : next++));
})();

function writeBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => characters[byte]!).join('');
}
