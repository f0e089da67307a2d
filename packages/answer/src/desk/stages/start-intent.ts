import { askModelForSlots } from '../ask-model-for-slots.ts';
import { fillText, joinTexts } from '../desk-texts.ts';
import { labelOf } from '../intents.ts';
import type { Intent } from '../intents.ts';
import { maskPersonalData, restorePersonalData } from '../personal-data.ts';
import { acceptsValue, readSlot } from '../slots.ts';
import type { Slot } from '../slots.ts';
import type { Desk, Outcome, Turn } from '../turn.ts';

/** Begins what the customer wants: the turn may bring some of the slots along already. */
export async function startIntent(turn: Turn, desk: Desk, name: string, confidence: number): Promise<Outcome | undefined> {
  const intent = desk.intents.find((intent) => intent.name === name);
  if (intent === undefined) return undefined; // a session of a desk that had other intents
  turn.session.intent = name;
  await readWithModel(turn, desk, intent, undefined);
  return goOnWithIntent(turn, desk, intent, confidence);
}

/** Asks for the next missing slot, or does what is wanted where none is missing. Undefined where the knowledge shall answer. */
export async function goOnWithIntent(turn: Turn, desk: Desk, intent: Intent, confidence: number): Promise<Outcome | undefined> {
  const { session, words } = turn;
  const [missing] = missingSlots(turn, desk, intent);
  if (missing !== undefined) {
    session.form = { intent: intent.name, asked: missing.name, misses: session.form?.intent === intent.name && session.form.asked === missing.name ? session.form.misses : 0 };
    return { status: 'clarify', text: missing.question, intent: intent.name, confidence };
  }
  delete session.form;
  if (intent.reply !== undefined) return { status: 'answered', text: await replyTo(intent.reply, turn, intent), intent: intent.name, confidence };
  if (intent.otherwise === 'answer') return undefined;
  const text = joinTexts(turn.language, words.noted, words.handover);
  return { status: 'handover', text, handover: 'intent', intent: intent.name, confidence };
}

export function missingSlots({ session }: Turn, { slots }: Desk, intent: Intent): Slot[] {
  return (intent.slots ?? []).filter((name) => session.slots[name] === undefined).flatMap((name) => slots.find((slot) => slot.name === name) ?? []);
}

/** Keeps what rules read in a turn for any slot of the desk, and says for which. */
export function readByRules(turn: Turn, { slots }: Desk): string[] {
  const read: string[] = [];
  for (const slot of slots) {
    const reading = readSlot(slot, turn.raw);
    if (reading.state !== 'found') continue;
    keep(slot, reading.value, turn);
    read.push(slot.name);
  }
  return read;
}

/**
 * Slots that only a model can read: free text, and values said in other words. A pattern finds what there is to find by itself. Without a
 * model, free text that was asked for is the turn as it stands.
 */
export async function readWithModel(turn: Turn, desk: Desk, intent: Intent, asked: Slot | undefined): Promise<string[]> {
  const { session, text, signal } = turn;
  const open = missingSlots(turn, desk, intent).filter(({ pattern }) => pattern === undefined);
  if (open.length === 0 || isBareUtterance(turn.question, intent)) return [];
  const read: Record<string, string> = {};
  if (desk.model !== undefined) {
    Object.assign(read, await askModelForSlots(desk.model, open, { intent: labelOf(intent), text: turn.question, asked: asked?.question, signal }));
    turn.trace.push({ stage: 'slots', note: `the model read ${JSON.stringify(read)}` });
  } else if (asked !== undefined && asked.values === undefined && open.includes(asked) && acceptsValue(asked, text)) {
    read[asked.name] = text.trim();
  }
  for (const slot of open) if (read[slot.name] !== undefined) keep(slot, restorePersonalData(read[slot.name] ?? '', session.personal), turn);
  return Object.keys(read);
}

/** Values are masked before they are kept. */
function keep(slot: Slot, value: string, { session, trace }: Turn): void {
  const { text, known } = maskPersonalData(value, session.personal);
  session.personal = known;
  session.slots[slot.name] = text;
  if (slot.topic) session.topic = text;
  trace.push({ stage: 'slots', note: `${slot.name}=${text}` });
}

/** 我要退货 says that and no more. */
function isBareUtterance(text: string, { utterances }: Intent): boolean {
  const bare = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  return utterances.some((utterance) => bare(utterance) === bare(text));
}

async function replyTo(reply: NonNullable<Intent['reply']>, { session, sessionId, signal }: Turn, intent: Intent): Promise<string> {
  if (typeof reply === 'string') return fillText(reply, session.slots);
  const slots = Object.fromEntries(Object.entries(session.slots).map(([name, value]) => [name, restorePersonalData(value, session.personal)]));
  const said = await reply({ sessionId, turn: session.turn, intent: intent.name, slots, signal });
  const { text, known } = maskPersonalData(said, session.personal);
  session.personal = known;
  return text;
}
