import type { Desk, Outcome, Stage, Turn } from '../turn.ts';
import { answerFromKnowledge } from './answer-from-knowledge.ts';
import { askBeforeLooking, askWhich, choose } from './ask-which.ts';
import { fillForm } from './fill-form.ts';
import { acceptRefusal, handOverComplaint, handOverOnRequest, stayWithPerson } from './hand-over.ts';
import { matchKnown } from './match-known.ts';
import { refuseUnreadable } from './read-turn.ts';
import { refuseOrders } from './refuse-orders.ts';
import { readByRules } from './start-intent.ts';
import { talkSmall } from './talk-small.ts';

const STAGES: readonly Stage[] = [
  stayWithPerson,
  refuseUnreadable,
  handOverOnRequest,
  acceptRefusal,
  handOverComplaint,
  refuseOrders,
  choose,
  (turn, desk) => fillForm(turn, desk, readByRules(turn, desk)),
  talkSmall,
  matchKnown,
  askBeforeLooking,
];

/** The first stage that has something to say says it; what none knows is looked up in the documents. */
export async function answerTurn(turn: Turn, desk: Desk): Promise<Outcome> {
  for (const stage of STAGES) {
    const outcome = await stage(turn, desk);
    if (outcome) return outcome;
  }
  const outcome = await answerFromKnowledge(turn, desk);
  return outcome.status === 'refused' ? (askWhich(turn, desk) ?? outcome) : outcome;
}
