const ORDERS = 6;
/** Recall counts twice as much as precision. */
const BETA = 2;

/**
 * chrF2 of texts against references, 0 to 100: the F-score of their character n-grams of one to six, white space aside, counted over all pairs
 * (Popović 2015, as sacreBLEU 2 computes it). Of one pair: how alike two texts are.
 *
 * @example
 * chrf(['the cat sat'], ['the cat sat']); // 100
 */
export function chrf(texts: readonly string[], references: readonly string[]): number {
  let precision = 0;
  let recall = 0;
  let orders = 0;
  for (let order = 1; order <= ORDERS; order++) {
    let [said, wanted, matched] = [0, 0, 0];
    for (const [index, text] of texts.entries()) {
      const ours = countGrams(text, order);
      const theirs = countGrams(references[index] ?? '', order);
      for (const [gram, count] of ours) {
        said += count;
        matched += Math.min(count, theirs.get(gram) ?? 0);
      }
      for (const count of theirs.values()) wanted += count;
    }
    if (said === 0 || wanted === 0) continue;
    precision += matched / said;
    recall += matched / wanted;
    orders++;
  }
  if (precision + recall === 0) return 0;
  const weight = BETA ** 2;
  return (100 * (1 + weight) * (precision / orders) * (recall / orders)) / (weight * (precision / orders) + recall / orders);
}

function countGrams(text: string, order: number): Map<string, number> {
  const characters = [...text.replace(/\s+/gu, '')];
  const grams = new Map<string, number>();
  for (let index = 0; index + order <= characters.length; index++) {
    const gram = characters.slice(index, index + order).join('');
    grams.set(gram, (grams.get(gram) ?? 0) + 1);
  }
  return grams;
}
