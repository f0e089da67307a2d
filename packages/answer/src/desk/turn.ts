import type { Model, Usage } from '@glm-tasks/core';
import type { Passage, Retriever, Span } from '@glm-tasks/task';
import type { UtteranceMatch } from '../knowledge/match-utterances.ts';
import type { DeskLanguage, DeskTexts } from './desk-texts.ts';
import type { Intent } from './intents.ts';
import type { Policy } from './policies.ts';
import type { Session } from './sessions.ts';
import type { Slot } from './slots.ts';
import type { HandoverReason } from './ticket.ts';
import type { Sentiment } from './tone.ts';

export type Status = 'answered' | 'clarify' | 'refused' | 'handover';

/** Why a turn was answered as it was. */
export interface TraceStep {
  stage: string;
  note: string;
  confidence?: number;
  usage?: Usage;
}

/** A turn on its way through the stages. They change its session, a copy that is kept when the reply is ready. */
export interface Turn {
  sessionId: string;
  /** As typed; only rules see it. */
  raw: string;
  /** Masked. */
  text: string;
  /** What to look for: masked, without greeting and orders, with pronouns resolved. */
  question: string;
  language: DeskLanguage;
  words: DeskTexts;
  tone: Sentiment;
  /** What it may be about, likeliest first, once that was looked for. */
  nearIntents: readonly UtteranceMatch[];
  /** The turn before asked which of two things was meant. */
  askedLast: boolean;
  session: Session;
  trace: TraceStep[];
  signal: AbortSignal | undefined;
}

/** What a stage makes of a turn. Texts are masked, and nothing in here has passed the policies yet. */
export interface Outcome {
  status: Status;
  text: string;
  quotes?: Span[];
  intent?: string;
  /** 0 to 1. @default 1 */
  confidence?: number;
  /** Why a person takes over; the text is then the desk's. */
  handover?: HandoverReason;
  /** Whether the turn brought the customer no further, and counts towards a hand-over. Small talk leaves the count as it is. */
  progress?: 'none' | 'unchanged';
  /** The knowledge had no answer. */
  unanswered?: boolean;
  /** Stands behind the text. */
  offerPerson?: boolean;
}

/** The first stage that returns something decides. */
export type Stage = (turn: Turn, desk: Desk) => Outcome | undefined | Promise<Outcome | undefined>;

/** What answers from the knowledge: the task `answer`, or whatever takes its place. */
export type AnswerQuestion = (
  input: { question: string; history: { role: 'user' | 'assistant'; content: string }[] },
  run: { model?: Model | undefined; knowledge: DeskKnowledge; signal?: AbortSignal | undefined },
) => Promise<Grounded>;

export type Grounded = { usage?: Usage } & (
  | { status: 'answered'; answer: string; quotes: Span[]; confidence: number }
  | { status: 'clarify'; question: string }
  | { status: 'refused'; reason: string }
);

export interface DeskKnowledge extends Retriever {
  readonly passages: readonly Passage[];
  /** The text that the offsets of a source count in. */
  readText(source: string): string | undefined;
}

/** What stages need to know of the desk. */
export interface Desk {
  knowledge: DeskKnowledge;
  model: Model | undefined;
  answer: AnswerQuestion;
  intents: readonly Intent[];
  slots: readonly Slot[];
  policies: readonly Policy[];
  handover: { keywords: readonly string[]; misses: number; confidence: number; complaints: 'angry' | 'negative' | 'never' };
  thresholds: Thresholds;
  matchIntents(text: string, signal: AbortSignal | undefined): Promise<UtteranceMatch[]>;
  matchFaq(text: string, signal: AbortSignal | undefined): Promise<FaqMatch[]>;
}

export interface FaqMatch {
  passage: Passage & { answer: string };
  confidence: number;
  /** Whether the question is the entry's, and not only like it. */
  isSame: boolean;
}

export interface Thresholds {
  /** The entry of an FAQ is the answer. */
  faq: number;
  /** The turn is about the intent. */
  intent: number;
  /** Where nothing else is found, the customer is asked whether it is. */
  clarify: number;
}
