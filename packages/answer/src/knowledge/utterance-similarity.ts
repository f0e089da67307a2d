import { tokenize, toSearchForm } from './tokenize.ts';
import { rarity } from './word-index.ts';

/** Letters in a piece of a word: "refund" and "refunded", "cancelled" and "canceled" share some whatever a stemmer makes of them. */
const PIECE = 4;

/**
 * How much a text has in common with each of a few thousand short ones, from 0 to 1: the cosine of their terms and pieces of words, weighted
 * by the root of their rarity. In long texts a rare term tells more; here it is often chance (fourfold cross-validation on Banking77's
 * examples: .70 with the root, .69 without; .66 without pieces).
 */
export function createSimilarity(texts: readonly string[]): (text: string) => Float64Array {
  const bags = texts.map((text) => countFeatures(readFeatures(text)));
  const documentsWith = countFeatures(bags.flatMap((bag) => [...bag.keys()]));
  const postings = new Map<string, { text: number; weight: number }[]>();
  for (const [text, bag] of bags.entries()) {
    for (const [feature, weight] of weigh(bag)) {
      const posting = postings.get(feature);
      if (posting === undefined) postings.set(feature, [{ text, weight }]);
      else posting.push({ text, weight });
    }
  }

  function weigh(bag: ReadonlyMap<string, number>): [feature: string, weight: number][] {
    const weights = [...bag].map(([feature, count]): [string, number] => [feature, (1 + Math.log(count)) * Math.sqrt(rarity(texts.length, documentsWith.get(feature) ?? 0))]);
    const length = Math.hypot(...weights.map(([, weight]) => weight));
    return weights.map(([feature, weight]) => [feature, weight / length]);
  }

  return (text) => {
    const similarities = new Float64Array(texts.length);
    for (const [feature, weight] of weigh(countFeatures(readFeatures(text)))) {
      for (const other of postings.get(feature) ?? []) similarities[other.text] = (similarities[other.text] as number) + weight * other.weight;
    }
    return similarities;
  };
}

/** Of spaced words with their stems, words and pairs side by side, and pieces; of unspaced ones the single characters, too. */
function readFeatures(text: string): string[] {
  const terms = tokenize(text);
  const words = toSearchForm(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return [...terms, ...terms.slice(1).map((term, index) => `${terms[index]} ${term}`), ...words.flatMap(readPieces)];
}

function readPieces(word: string): string[] {
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word)) return [...word].map((character) => `#${character}`);
  const padded = `<${word}>`;
  return Array.from({ length: Math.max(1, padded.length - PIECE + 1) }, (_, start) => `#${padded.slice(start, start + PIECE)}`);
}

function countFeatures(features: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  return counts;
}
