import { chooseLanguage } from './desk-texts.ts';
import type { DeskLanguage, DeskTexts } from './desk-texts.ts';
import { maskPersonalData } from './personal-data.ts';
import { resolveReference } from './resolve-reference.ts';
import type { Session } from './sessions.ts';
import { readSlot } from './slots.ts';
import type { Slot } from './slots.ts';
import { dropGreeting } from './small-talk.ts';
import { readTone } from './tone.ts';
import type { TraceStep, Turn } from './turn.ts';

interface Request {
  sessionId: string;
  text: string;
  signal?: AbortSignal | undefined;
}

/** Characters of one turn. With placeholders for what is masked in it, it is still a question that `answer` takes. */
export const LONGEST_TURN = 1_000;

/** A turn as the stages see it. Personal data is masked before anything else looks at it. */
export function openTurn({ sessionId, text: raw, signal }: Request, session: Session, slots: readonly Slot[], texts: Record<DeskLanguage, DeskTexts>, fixed: DeskLanguage | undefined): Turn {
  const { text, known } = maskPersonalData(raw, session.personal);
  session.personal = known;
  session.turn++;
  session.language = fixed ?? chooseLanguage(text, session.language);
  const kept = raw.length > LONGEST_TURN ? `${text.slice(0, LONGEST_TURN)}… (${raw.length})` : text;
  session.transcript.push({ turn: session.turn, role: 'customer', text: kept });
  // 那紫砂壶呢，它多少钱 says itself what it speaks of.
  const namesTopic = slots.some((slot) => slot.topic && readSlot(slot, raw).state !== 'missing');
  const asked = dropGreeting(text);
  const question = namesTopic ? asked : resolveReference(asked, session.topic);
  const trace: TraceStep[] = question === text ? [] : [{ stage: 'read', note: question }];
  return { sessionId, raw, text, question, language: session.language, words: texts[session.language], tone: readTone(text), nearIntents: [], askedLast: false, session, trace, signal };
}
