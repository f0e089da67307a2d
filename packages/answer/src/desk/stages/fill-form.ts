import { joinTexts } from '../desk-texts.ts';
import { cancels } from '../person-request.ts';
import { isQuestion } from '../questions.ts';
import type { Desk, Outcome, Turn } from '../turn.ts';
import { answerFromKnowledge } from './answer-from-knowledge.ts';
import { answerFromFaq } from './answer-from-faq.ts';
import { goOnWithIntent, missingSlots, readWithModel, startIntent } from './start-intent.ts';
import { talkSmall } from './talk-small.ts';

/**
 * The turn after a slot was asked for. It may bring the value, give up, ask something else in between, want something else altogether, or be
 * nonsense, which is asked again and counted.
 *
 * @param read the slots that rules have just read in the turn
 */
export async function fillForm(turn: Turn, desk: Desk, read: readonly string[]): Promise<Outcome | undefined> {
  const { session, words, language } = turn;
  const { form } = session;
  const intent = desk.intents.find(({ name }) => name === form?.intent);
  const asked = desk.slots.find(({ name }) => name === form?.asked);
  if (form === undefined || intent === undefined || asked === undefined) {
    delete session.form;
    return undefined;
  }
  if (cancels(turn.text)) {
    delete session.form;
    return { status: 'answered', text: words.cancelled, intent: intent.name };
  }
  if (read.some((name) => intent.slots?.includes(name))) return goOnWithIntent(turn, desk, intent, 1);

  const aside = await answerAside(turn, desk);
  if (aside?.switched) return aside.outcome;
  if (aside) return { ...aside.outcome, status: 'clarify', text: joinTexts(language, aside.outcome.text, asked.question), intent: intent.name };

  const readByModel = await readWithModel(turn, desk, intent, asked);
  if (readByModel.length > 0 && !missingSlots(turn, desk, intent).includes(asked)) return goOnWithIntent(turn, desk, intent, 1);
  form.misses++;
  turn.trace.push({ stage: 'slots', note: `${asked.name} not understood, ${form.misses} of ${desk.handover.misses}` });
  if (form.misses >= desk.handover.misses) {
    delete session.form;
    return { status: 'handover', text: words.handoverAfterMisses, handover: 'slot', intent: intent.name };
  }
  return { status: 'clarify', text: joinTexts(language, words.notUnderstood, asked.question), intent: intent.name, confidence: 0, progress: 'none' };
}

/** Something between the question for a slot and its answer. */
async function answerAside(turn: Turn, desk: Desk): Promise<{ outcome: Outcome; switched: boolean } | undefined> {
  const { session, question, signal } = turn;
  const chat = talkSmall(turn);
  if (chat) return { outcome: chat, switched: false };
  const [match] = await desk.matchIntents(question, signal);
  if (match && match.confidence >= desk.thresholds.intent && match.label !== session.form?.intent) {
    turn.trace.push({ stage: 'intent', note: `${match.label} instead`, confidence: match.confidence });
    const outcome = await startIntent(turn, desk, match.label, match.confidence);
    if (outcome) return { outcome, switched: true };
  }
  if (!isQuestion(question)) return undefined;
  const outcome = (await answerFromFaq(turn, desk)) ?? (await answerFromKnowledge(turn, desk));
  return outcome.status === 'answered' ? { outcome, switched: false } : undefined;
}
