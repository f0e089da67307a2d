import type { Span } from '@glm-tasks/task';
import { joinTexts } from './desk-texts.ts';
import { labelOf } from './intents.ts';
import { hasUnknownPlaceholder, restorePersonalData } from './personal-data.ts';
import { applyPolicies, findBroken } from './policies.ts';
import type { Policy } from './policies.ts';
import { createTicket } from './ticket.ts';
import type { HandoverReason, Ticket } from './ticket.ts';
import type { Desk, Outcome, Status, Turn } from './turn.ts';

export interface Concluded {
  status: Status;
  /** With personal data in its place. */
  text: string;
  quotes: Span[];
  intent?: string;
  confidence: number;
  unanswered: boolean;
  ticket?: Ticket;
}

/**
 * The end of every turn, whatever stage decided it: policies, the count of misses, the hand-over, the transcript. Nothing reaches the customer
 * but through here.
 */
export function conclude(turn: Turn, desk: Desk, outcome: Outcome, now: number): Concluded {
  const { session } = turn;
  const gated = passGate(turn, desk, outcome);
  const ready = countMisses(turn, desk, gated);
  if (ready.offerPerson) session.offered = true;
  else delete session.offered;
  const said = finishText(turn, desk, ready);
  const { status, intent, quotes = [], confidence = 1, unanswered = false } = ready;
  session.transcript.push({ turn: session.turn, role: 'desk', text: said, status, ...(intent === undefined ? {} : { intent }) });
  const ticket = writeTicket(turn, desk, ready.handover, now);
  return { status, text: restorePersonalData(said, session.personal), quotes, ...(intent === undefined ? {} : { intent }), confidence, unanswered, ...(ticket ? { ticket } : {}) };
}

/** Sentences and quotes that break a policy do not get through; where nothing is left, the desk has no answer, and says so. */
function passGate(turn: Turn, desk: Desk, outcome: Outcome): Outcome {
  const { words, trace, session } = turn;
  const policies = withPlaceholders(desk.policies, turn);
  const { text, broken, handover, kept } = applyPolicies(outcome.text, policies);
  const quotes = (outcome.quotes ?? []).filter((quote) => findBroken(quote.text, policies) === undefined);
  const lostQuotes = quotes.length === 0 && (outcome.quotes ?? []).length > 0;
  if (broken.length === 0 && !lostQuotes) return { ...outcome, quotes };
  trace.push({ stage: 'policies', note: broken.join(', ') || 'a quote' });
  if (handover && session.ticket === undefined) return { status: 'handover', text: words.handoverAfterMisses, handover: 'policy', confidence: 0, unanswered: true };
  if (kept && !lostQuotes) return { ...outcome, text, quotes };
  const instead = lostQuotes || text === '' ? words.refused : text;
  // A hand-over stays one, whatever becomes of its text.
  if (outcome.status === 'handover') return { ...outcome, text: text || words.handover, quotes: [] };
  return { status: 'refused', text: instead, offerPerson: true, progress: 'none', unanswered: true, confidence: 0, ...(outcome.intent === undefined ? {} : { intent: outcome.intent }) };
}

/** Texts are judged as the customer will see them as well as masked; a placeholder that a model made up is no text for a customer. */
function withPlaceholders(policies: readonly Policy[], { session }: Turn): Policy[] {
  const seen = policies.map((policy): Policy => ({ ...policy, forbid: (text) => findBroken(text, [policy]) !== undefined || findBroken(restorePersonalData(text, session.personal), [policy]) !== undefined }));
  return [...seen, { name: 'placeholder without a value', forbid: (text) => hasUnknownPlaceholder(text, session.personal) }];
}

function countMisses({ session, words, trace }: Turn, { handover }: Desk, outcome: Outcome): Outcome {
  if (outcome.progress === 'none') session.misses++;
  else if (outcome.progress === undefined) session.misses = 0;
  if (outcome.progress !== 'none' || session.misses < handover.misses || outcome.handover !== undefined) return outcome;
  trace.push({ stage: 'handover', note: `${session.misses} turns without progress` });
  const { intent, unanswered = false } = outcome;
  return { status: 'handover', text: words.handoverAfterMisses, handover: 'misses', confidence: 0, unanswered, ...(intent === undefined ? {} : { intent }) };
}

/** What the desk adds is its own text, which was looked at when it was made; together they are looked at once more. */
function finishText({ language, tone, words }: Turn, { policies }: Desk, { status, text, offerPerson = false, progress }: Outcome): string {
  const before = tone !== 'neutral' && progress !== 'unchanged' && (status === 'answered' || status === 'clarify') ? words.sorry : '';
  const whole = joinTexts(language, before, text, offerPerson ? words.offerPerson : '');
  return findBroken(whole, policies) === undefined ? whole : text;
}

function writeTicket({ session, tone }: Turn, { intents }: Desk, reason: HandoverReason | undefined, now: number): Ticket | undefined {
  if (reason !== undefined && session.ticket === undefined) {
    const intent = intents.find(({ name }) => name === (session.form?.intent ?? session.intent));
    session.ticket = { ...createTicket(session, reason, tone, intent && labelOf(intent), now), transcript: [] };
    for (const key of ['form', 'choices', 'offered'] as const) delete session[key];
  }
  // The conversation goes on; the session keeps it once.
  return session.ticket && { ...session.ticket, transcript: session.transcript.map((line) => ({ ...line })), dropped: session.dropped };
}
