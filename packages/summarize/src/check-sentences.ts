import { createSupportFinder, cutSentences, isOrderToModel, markOrders, rankSentences, splitSentences, type Support } from '@glm-tasks/task';

export interface CheckedSentence extends Support {
  text: string;
  /** Whether it repeats or follows an order to a model that stands in the text. */
  isOrdered: boolean;
}

/** Holds sentences against what they were written from. */
export function createSentenceCheck(source: string): (sentence: string) => CheckedSentence {
  const find = createSupportFinder(source);
  const isInOrder = locateOrders(source);
  return (text) => {
    const support = find(text);
    const [best] = support.sources;
    // A word that was ordered is found word for word; the order is the sentence around it.
    return { text, ...support, isOrdered: isOrderToModel(text) || (best !== undefined && isInOrder(best.start)) };
  };
}

/** The sentences that `source` bears out; where there are none, the most central one of the source. */
export function keepSupported(text: string, source: string): { kept: string[]; left: number } {
  const checked = splitSentences(text).map(createSentenceCheck(source));
  const kept = checked.filter(({ supported, isOrdered }) => supported && !isOrdered).map((sentence) => sentence.text);
  if (kept.length > 0) return { kept, left: checked.length - kept.length };
  const isInOrder = locateOrders(source);
  const [central] = rankSentences(source).filter((sentence) => !isInOrder(sentence.start) && /[\p{L}\p{N}]/u.test(sentence.text)).sort((a, b) => b.score - a.score);
  return { kept: central === undefined ? [] : [central.text], left: checked.length };
}

/** The text without sentences that speak to a model. */
export function leaveOutOrders(text: string): string {
  const sentences = cutSentences(text);
  const marks = markOrders(sentences);
  return sentences.filter((_, index) => !marks[index]).join('');
}

/** Whether an offset lies in a sentence that speaks to a model. */
function locateOrders(text: string): (offset: number) => boolean {
  const sentences = cutSentences(text);
  const marks = markOrders(sentences);
  let end = 0;
  const orders = sentences.map((sentence, index) => ({ start: end, end: (end += sentence.length), isOrder: marks[index] })).filter(({ isOrder }) => isOrder);
  return (offset) => orders.some((order) => order.start <= offset && offset < order.end);
}
