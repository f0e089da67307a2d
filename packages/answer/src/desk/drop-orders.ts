import { cutSentences, isOrderToModel } from '@glm-tasks/task';

/** Customers demand answers of people, too: 你们必须回复我 is no order to a machine. */
const DEMAND = /(?:回复|答复|回答)(?:我|一下|吗|呢|$)|(?:reply|answer|respond) (?:to )?me\b/iu;

/** What a customer says without the sentences that give orders to a machine. */
export function dropOrders(text: string): string {
  return cutSentences(text).filter((sentence) => !isOrderToModel(sentence) || DEMAND.test(sentence.trim())).join('').trim();
}
