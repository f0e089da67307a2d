/** F1 of each measure, 0 to 1. */
export interface Rouge {
  one: number;
  two: number;
  longest: number;
}

/**
 * ROUGE-1, ROUGE-2 and ROUGE-L of a candidate against one reference (Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries"):
 * shared words, shared pairs of neighbours, longest common subsequence over the whole text; F1, lower case, no stemming, no stop words.
 * Chinese is counted by characters, white space aside, as its published figures are.
 */
export function measureRouge(candidate: string, reference: string, unit: 'words' | 'characters'): Rouge {
  const [said, wanted] = [candidate, reference].map((text) => cutTokens(text, unit)) as [string[], string[]];
  return {
    one: compareCounts(said, wanted),
    two: compareCounts(pairUp(said), pairUp(wanted)),
    longest: measureF1(findLongest(said, wanted), said.length, wanted.length),
  };
}

function cutTokens(text: string, unit: 'words' | 'characters'): string[] {
  const lowered = text.toLowerCase();
  return unit === 'words' ? (lowered.match(/[\p{L}\p{N}]+/gu) ?? []) : [...lowered.replace(/\s+/gu, '')];
}

function pairUp(tokens: readonly string[]): string[] {
  return tokens.slice(1).map((token, index) => `${tokens[index]} ${token}`);
}

/** A token counts as often as both have it. */
function compareCounts(said: readonly string[], wanted: readonly string[]): number {
  const left = new Map<string, number>();
  for (const token of wanted) left.set(token, (left.get(token) ?? 0) + 1);
  let shared = 0;
  for (const token of said) {
    const times = left.get(token) ?? 0;
    if (times > 0) shared++;
    left.set(token, times - 1);
  }
  return measureF1(shared, said.length, wanted.length);
}

/** Length of the longest common subsequence. */
function findLongest(said: readonly string[], wanted: readonly string[]): number {
  let row = new Array<number>(wanted.length + 1).fill(0);
  for (const token of said) {
    const next = [0];
    for (const [index, other] of wanted.entries()) next.push(token === other ? row[index]! + 1 : Math.max(row[index + 1]!, next[index]!));
    row = next;
  }
  return row.at(-1) as number;
}

function measureF1(shared: number, said: number, wanted: number): number {
  return said + wanted === 0 ? 0 : (2 * shared) / (said + wanted);
}
