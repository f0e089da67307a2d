import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { DeskLanguage } from './desk-texts.ts';
import { restorePersonalData } from './personal-data.ts';
import type { PersonalData } from './personal-data.ts';
import { findSmallTalk } from './small-talk.ts';
import type { Sentiment } from './tone.ts';
import { lineSchema } from './transcript.ts';
import type { Line } from './transcript.ts';

export const handoverReasons = ['request', 'keyword', 'complaint', 'misses', 'slot', 'low_confidence', 'policy', 'intent'] as const;
export type HandoverReason = (typeof handoverReasons)[number];

/** What a person needs to go on with a conversation. Plain JSON. */
export const ticketSchema = z.object({
  id: z.string(),
  createdAt: z.string(),
  reason: z.enum(handoverReasons),
  /** A few lines, made by code from what follows. */
  summary: z.string(),
  /** The label of the intent last spoken of, or the reason where there was none. */
  category: z.string(),
  slots: z.record(z.string(), z.string()),
  sentiment: z.enum(['neutral', 'negative', 'angry']),
  transcript: z.array(lineSchema),
  /** Turns at the beginning of the conversation that are no longer kept. */
  dropped: z.int(),
});

export type Ticket = z.output<typeof ticketSchema>;

/** What a ticket is made of, masked. */
interface Conversation {
  language: DeskLanguage;
  slots: Readonly<Record<string, string>>;
  transcript: readonly Line[];
  dropped: number;
}

/** Characters of a customer's sentence that a summary quotes. */
const QUOTED = 120;

/** A ticket with personal data masked, as the session keeps it. */
export function createTicket(session: Conversation, reason: HandoverReason, sentiment: Sentiment, category: string | undefined, now: number): Ticket {
  return {
    id: randomUUID(),
    createdAt: new Date(now).toISOString(),
    reason,
    summary: summarizeSession(session, reason, category),
    category: category ?? reason,
    slots: { ...session.slots },
    sentiment,
    transcript: session.transcript.map((line) => ({ ...line })),
    dropped: session.dropped,
  };
}

/** The same ticket with the personal data in its place. */
export function unmaskTicket(ticket: Ticket, known: PersonalData): Ticket {
  const restore = (text: string) => restorePersonalData(text, known);
  return {
    ...ticket,
    summary: restore(ticket.summary),
    slots: Object.fromEntries(Object.entries(ticket.slots).map(([name, value]) => [name, restore(value)])),
    transcript: ticket.transcript.map((line) => ({ ...line, text: restore(line.text) })),
  };
}

const REASONS: Record<DeskLanguage, Record<HandoverReason, string>> = {
  zh: {
    request: '客户要求人工服务', keyword: '触发了转人工的关键词', complaint: '客户投诉或情绪激动', misses: '多次没有答上来', slot: '多次没有得到需要的信息',
    low_confidence: '答案把握不大', policy: '答案不符合规定', intent: '这类业务由人工办理',
  },
  en: {
    request: 'The customer asked for a person', keyword: 'A hand-over keyword was used', complaint: 'The customer complains or is upset', misses: 'Several turns without an answer',
    slot: 'A needed detail could not be obtained', low_confidence: 'The answer was uncertain', policy: 'The answer broke a policy', intent: 'People handle this kind of request',
  },
};

// By code: a summary that a small model makes up would mislead the person who takes over.
function summarizeSession(session: Conversation, reason: HandoverReason, category: string | undefined): string {
  const isChinese = session.language === 'zh';
  const said = session.transcript.filter(({ role, text }) => role === 'customer' && /[\p{L}\p{N}]/u.test(text) && findSmallTalk(text) === undefined).map(({ text }) => shorten(text));
  const slots = Object.entries(session.slots).map(([name, value]) => `${name}=${value}`).join(isChinese ? '，' : ', ');
  const [first, last] = [said[0], said.length > 1 ? said.at(-1) : undefined];
  const lines = isChinese
    ? [`原因：${REASONS.zh[reason]}`, category && `事项：${category}`, slots && `已知：${slots}`, first && `开头：${first}`, last && `最后：${last}`]
    : [`Reason: ${REASONS.en[reason]}`, category && `About: ${category}`, slots && `Known: ${slots}`, first && `First: ${first}`, last && `Last: ${last}`];
  return lines.filter(Boolean).join('\n');
}

function shorten(text: string): string {
  const characters = [...text.replace(/\s+/gu, ' ').trim()];
  return characters.length > QUOTED ? `${characters.slice(0, QUOTED).join('')}…` : characters.join('');
}
