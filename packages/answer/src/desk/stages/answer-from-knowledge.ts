import { cutSentences, isOrderToModel } from '@glm-tasks/task';
import type { Span } from '@glm-tasks/task';
import { dropOrders } from '../drop-orders.ts';
import type { Line } from '../transcript.ts';
import type { Desk, Outcome, Turn } from '../turn.ts';

/** Turns before this one that the answer may look back at. */
const TURNS = 6;

/** The last stage: an answer with quotes from the documents, or a refusal. */
export async function answerFromKnowledge(turn: Turn, desk: Desk): Promise<Outcome> {
  const { question, session, words, trace, signal } = turn;
  const history = toHistory(session.transcript.filter((line) => line.turn < session.turn && line.turn >= session.turn - TURNS));
  const grounded = await desk.answer({ question, history }, { model: desk.model, knowledge: desk.knowledge, signal });
  const usage = grounded.usage ? { usage: grounded.usage } : {};
  const refuse = (note: string): Outcome => {
    trace.push({ stage: 'answer', note, ...usage });
    return { status: 'refused', text: words.refused, offerPerson: true, progress: 'none', unanswered: true, confidence: 0 };
  };
  if (grounded.status === 'refused') return refuse(grounded.reason);
  if (grounded.status === 'clarify') {
    if (cutSentences(grounded.question).some(isOrderToModel)) return refuse('an order to the machine');
    trace.push({ stage: 'answer', note: 'asks back', ...usage });
    return { status: 'clarify', text: grounded.question, progress: 'none', confidence: 0 };
  }
  const { answer, quotes, confidence } = grounded;
  // The task has checked this; whatever took its place may not have.
  if (quotes.length === 0 || !quotes.every((quote) => standsIn(quote, desk))) return refuse('a quote that does not stand in the knowledge');
  if ([answer, ...quotes.map(({ text }) => text)].flatMap(cutSentences).some(isOrderToModel)) return refuse('an order to the machine');
  trace.push({ stage: 'answer', note: 'answered', confidence, ...usage });
  if (confidence < desk.handover.confidence) return { status: 'handover', text: words.handoverAfterMisses, handover: 'low_confidence', confidence, unanswered: true };
  return { status: 'answered', text: answer, quotes, confidence };
}

function standsIn({ source, start, end, text }: Span, { knowledge }: Desk): boolean {
  return text.trim() !== '' && knowledge.readText(source)?.slice(start, end) === text;
}

function toHistory(lines: readonly Line[]): { role: 'user' | 'assistant'; content: string }[] {
  const said = lines.map(({ role, text }) => (role === 'customer' ? { role: 'user' as const, content: dropOrders(text) } : { role: 'assistant' as const, content: text }));
  return said.filter(({ content }) => content !== '');
}
