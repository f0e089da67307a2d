import type { Desk, Outcome, Turn } from '../turn.ts';
import { answerFromFaq } from './answer-from-faq.ts';
import { startIntent } from './start-intent.ts';

/** A question of the FAQ, answered as it stands there; or an intent, whichever is nearer. */
export async function matchKnown(turn: Turn, desk: Desk): Promise<Outcome | undefined> {
  const intents = await desk.matchIntents(turn.question, turn.signal);
  turn.nearIntents = intents;
  const [intent] = intents;
  if (intent) turn.trace.push({ stage: 'intent', note: `${intent.label}: ${intent.example}`, confidence: intent.confidence });
  const isIntent = intent !== undefined && intent.confidence >= desk.thresholds.intent;
  const fromFaq = await answerFromFaq(turn, desk);
  if (fromFaq && !(isIntent && intent.confidence > (fromFaq.confidence ?? 0))) return fromFaq;
  return isIntent ? startIntent(turn, desk, intent.label, intent.confidence) : undefined;
}
