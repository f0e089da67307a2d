import { dropOrders } from '../drop-orders.ts';
import { dropAsides } from '../questions.ts';
import type { Outcome, Turn } from '../turn.ts';

/** Leaves what is asked: orders to the machine are taken out, and a turn that is nothing else is refused. */
export function refuseOrders(turn: Turn): Outcome | undefined {
  const { words, trace } = turn;
  const rest = dropOrders(turn.question);
  if (rest !== turn.question.trim()) trace.push({ stage: 'orders', note: 'left out' });
  if (!/[\p{L}\p{N}]/u.test(rest)) return { status: 'refused', text: words.refusedOrders, progress: 'unchanged' };
  turn.question = dropAsides(rest);
  return undefined;
}
