import { TaskError } from '@glm-tasks/core';
import type { Model } from '@glm-tasks/core';
import type { Span } from '@glm-tasks/task';
import { answer as answerTask } from '../answer.ts';
import { checkSettings } from './check-settings.ts';
import { conclude } from './conclude.ts';
import { completeTexts } from './desk-texts.ts';
import type { DeskLanguage, DeskTexts } from './desk-texts.ts';
import type { Intent } from './intents.ts';
import { createMatchers } from './matchers.ts';
import { openTurn } from './open-turn.ts';
import { maskPersonalData, restorePersonalData } from './personal-data.ts';
import type { Policy } from './policies.ts';
import { createSessions } from './sessions.ts';
import type { SessionOptions } from './sessions.ts';
import type { Slot } from './slots.ts';
import { answerTurn } from './stages/answer-turn.ts';
import { unmaskTicket } from './ticket.ts';
import type { Ticket } from './ticket.ts';
import type { Line } from './transcript.ts';
import type { AnswerQuestion, Desk, DeskKnowledge, Status, Thresholds, TraceStep, Turn } from './turn.ts';
import { createSessionUser } from './use-session.ts';
import { createUnansweredReport } from './unanswered.ts';
import type { Unanswered } from './unanswered.ts';

export interface ServiceDeskOptions {
  /** Documents and FAQs to answer from. */
  knowledge: DeskKnowledge;
  /** Answers from documents and reads slots that rules cannot. @default the shared default model for answers; slots by rules alone */
  model?: Model;
  /** One that embeds: FAQs and intents are then matched by what they are about, too. @default by words alone */
  embedder?: Pick<Model, 'embed'>;
  intents?: readonly Intent[];
  slots?: readonly Slot[];
  policies?: readonly Policy[];
  handover?: HandoverOptions;
  sessions?: SessionOptions;
  thresholds?: Partial<Thresholds>;
  /** What the desk says by itself, in other words. */
  texts?: Partial<Record<DeskLanguage, Partial<DeskTexts>>>;
  /** Always this language. @default the customer's */
  language?: DeskLanguage;
  /** Answers from the knowledge in place of the task `answer`. */
  answer?: AnswerQuestion;
}

export interface HandoverOptions {
  /** A turn with one of these in it goes to a person, whatever else it says. @default none */
  keywords?: readonly string[];
  /** Turns in a row that brought the customer no further. @default 3 */
  misses?: number;
  /** Answers that are less certain are not given. @default 0: the thresholds of `answer` decide */
  confidence?: number;
  /** Which tone goes to a person: anger at once (and bad mood in two turns running), bad mood at once, or none. @default 'angry' */
  complaints?: 'angry' | 'negative' | 'never';
  /** Whether a ticket holds personal data. @default 'masked' */
  personalData?: 'masked' | 'plain';
}

export interface ReplyRequest {
  sessionId: string;
  text: string;
  signal?: AbortSignal | undefined;
}

export interface DeskReply {
  status: Status;
  /** What to show to the customer. */
  text: string;
  /** What supports an answer, word for word; empty for what the desk says by itself. */
  quotes: Span[];
  /** Of every turn from a hand-over on. */
  ticket?: Ticket;
  intent?: string;
  /** Filled so far in this session, with personal data in its place. */
  slots: Record<string, string>;
  /** 0 to 1. */
  confidence: number;
  /** Counts from 1 in each session; `feedback` takes it. */
  turn: number;
  /** What each stage saw; masked. */
  trace: TraceStep[];
}

export interface Feedback {
  sessionId: string;
  turn: number;
  useful: boolean;
  comment?: string;
}

export interface ServiceDesk {
  /**
   * Turns of one session are answered one after the other. A turn that fails or is aborted leaves its session as it was.
   *
   * @throws TaskError `invalid_input`, `aborted`, `overloaded` for too many turns at once, and whatever the model fails with
   */
  reply(request: ReplyRequest): Promise<DeskReply>;
  /** Ends a hand-over: the next turn is answered by the desk again. */
  resume(sessionId: string): Promise<void>;
  /** @throws TaskError `invalid_input` for a turn that the session does not have */
  feedback(feedback: Feedback): Promise<void>;
  /** The conversation so far with feedback in it; masked. */
  transcript(sessionId: string): Promise<Line[]>;
  /** What customers asked in vain since the desk was made, or found not useful, asked most often first. */
  unanswered(): Unanswered[];
}

/**
 * A customer-service desk. Each turn passes stages that are rules wherever rules will do (personal data, hand-over, tone, small talk, FAQ,
 * intents, slots); only then a model reads the documents. Every text, whoever wrote it, passes the policies before the customer sees it.
 *
 * @throws TaskError `invalid_input` for settings that contradict each other, such as a text of the desk that breaks one of its policies
 *
 * @example
 * const desk = createServiceDesk({ model, knowledge, policies: [{ name: 'no promises', forbid: /保证.*退款/u }] });
 * const { status, text } = await desk.reply({ sessionId: 'web-7', text: '多久能发货？' });
 */
export function createServiceDesk(options: ServiceDeskOptions): ServiceDesk {
  const { intents = [], slots = [], policies = [], handover = {}, knowledge, model, language } = options;
  const texts = completeTexts(options.texts);
  const desk: Desk = {
    knowledge,
    model,
    answer: options.answer ?? answerTask,
    intents,
    slots,
    policies,
    handover: { keywords: handover.keywords ?? [], misses: handover.misses ?? 3, confidence: handover.confidence ?? 0, complaints: handover.complaints ?? 'angry' },
    // Likelihoods. On the 70 questions of `isSameQuestion` and 31 turns about four intents, nothing above 0.5 was wrong; between 0.15 and 0.5 four of six intents were right.
    thresholds: { faq: 0.5, intent: 0.5, clarify: 0.15, ...options.thresholds },
    ...createMatchers(knowledge, intents, options.embedder),
  };
  checkSettings(desk, texts);
  const withSession = createSessionUser(createSessions(options.sessions));
  const unanswered = createUnansweredReport();
  const now = options.sessions?.clock ?? Date.now;

  return {
    async reply({ sessionId, text, signal }) {
      if (typeof text !== 'string') throw new TaskError('invalid_input', `"text" is ${text === null ? 'null' : typeof text}; give what the customer wrote as a string.`, { details: { field: 'text' } });
      const { reply, asked } = await withSession(sessionId, signal, async (session) => {
        const turn = openTurn({ sessionId, text, signal }, session, slots, texts, language);
        const outcome = await answerTurn(turn, desk);
        const concluded = conclude(turn, desk, outcome, now());
        return { reply: toReply(turn, concluded, handover.personalData ?? 'masked'), asked: concluded.unanswered ? { question: turn.question, status: concluded.status } : undefined };
      });
      if (asked) unanswered.add(asked.question, asked.status === 'handover' ? 'handover' : 'refused');
      return reply;
    },
    resume: (sessionId) =>
      withSession(sessionId, undefined, async (session) => {
        for (const key of ['ticket', 'form', 'choices', 'offered'] as const) delete session[key];
        session.misses = 0;
        session.negative = 0;
      }),
    async feedback({ sessionId, turn, useful, comment }) {
      const question = await withSession(sessionId, undefined, async (session) => {
        const line = session.transcript.find((line) => line.turn === turn && line.role === 'desk');
        if (!line) throw new TaskError('invalid_input', `The session "${sessionId}" has no turn ${turn}; "turn" of a reply is its number.`, { details: { sessionId, turn } });
        line.useful = useful;
        if (comment !== undefined) {
          const masked = maskPersonalData(comment, session.personal);
          session.personal = masked.known;
          line.comment = masked.text;
        }
        return session.transcript.find((line) => line.turn === turn && line.role === 'customer')?.text;
      });
      if (!useful && question !== undefined) unanswered.add(question, 'not_useful');
    },
    transcript: (sessionId) => withSession(sessionId, undefined, async (session) => session.transcript),
    unanswered: () => unanswered.list(),
  };
}

function toReply({ session, trace }: Turn, { status, text, quotes, intent, confidence, ticket }: ReturnType<typeof conclude>, personalData: 'masked' | 'plain'): DeskReply {
  return {
    status,
    text,
    quotes,
    ...(ticket ? { ticket: personalData === 'plain' ? unmaskTicket(ticket, session.personal) : ticket } : {}),
    ...(intent === undefined ? {} : { intent }),
    slots: Object.fromEntries(Object.entries(session.slots).map(([name, value]) => [name, restorePersonalData(value, session.personal)])),
    confidence,
    turn: session.turn,
    trace,
  };
}
