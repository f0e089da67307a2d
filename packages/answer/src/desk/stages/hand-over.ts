import { asksForPerson, readYesNo } from '../person-request.ts';
import type { Desk, Outcome, Turn } from '../turn.ts';

/** A session that is with a person stays there, and the customer is told so at each turn. */
export function stayWithPerson({ session, words }: Turn): Outcome | undefined {
  return session.ticket === undefined ? undefined : { status: 'handover', text: words.stillWaiting, progress: 'unchanged' };
}

/** A keyword, a request, or a yes to the offer of the last turn. */
export function handOverOnRequest(turn: Turn, { handover }: Desk): Outcome | undefined {
  const { session, text, words, trace } = turn;
  const said = text.normalize('NFKC').toLowerCase();
  const keyword = handover.keywords.find((word) => said.includes(word.normalize('NFKC').toLowerCase()));
  if (keyword !== undefined) {
    trace.push({ stage: 'handover', note: `keyword ${keyword}` });
    return { status: 'handover', text: words.handover, handover: 'keyword' };
  }
  const accepted = session.offered === true && readYesNo(text) === true;
  if (!accepted && !asksForPerson(text)) return undefined;
  trace.push({ stage: 'handover', note: accepted ? 'the offer was accepted' : 'asked for' });
  return { status: 'handover', text: words.handover, handover: 'request' };
}

/** Anger goes to a person at once; bad mood does when it lasts for two turns, or at once where the desk says so. */
export function handOverComplaint({ session, tone, words, trace }: Turn, { handover }: Desk): Outcome | undefined {
  session.negative = tone === 'neutral' ? 0 : session.negative + 1;
  if (handover.complaints === 'never' || tone === 'neutral') return undefined;
  trace.push({ stage: 'complaint', note: tone });
  if (tone === 'negative' && handover.complaints === 'angry' && session.negative < 2) return undefined;
  return { status: 'handover', text: words.handoverAfterComplaint, handover: 'complaint' };
}

/** A no to the offer of the last turn. */
export function acceptRefusal({ session, text, words }: Turn): Outcome | undefined {
  return session.offered === true && readYesNo(text) === false ? { status: 'answered', text: words.declined, progress: 'unchanged' } : undefined;
}
