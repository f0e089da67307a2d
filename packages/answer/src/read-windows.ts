import type { Reader } from '@glm-tasks/core';
import { findSupport, verifyQuote } from '@glm-tasks/task';
import { checkAnswer, type Checked } from './check-answer.ts';
import type { Window } from './find-windows.ts';
import { strengthOf, type JudgedSource } from './gate-evidence.ts';
import type { Evidence } from './judge-evidence.ts';
import type { Question } from './question.ts';
import { rateByModel, readByModel, type ReadRequest } from './read-by-model.ts';
import { readBySpan } from './read-by-span.ts';
import type { Refusal } from './schema.ts';
import { readSignals, scoreConfidence } from './score-confidence.ts';

export interface ReadAnswer extends Checked {
  /** 0 to 1. */
  confidence: number;
  /** How much of the question stands in the quote and what explains it, 0 to 1. */
  near: number;
}

type NoAnswer = Extract<Refusal, 'not_answered' | 'no_quote'>;
export type ReadWindows = (windows: readonly Window[]) => Promise<ReadAnswer | NoAnswer>;

/** A source that is nearly as much about the question as the one that answered it may say something else. */
const NEARLY = 0.85;
const OTHER_WINDOWS = 2;
/** A confidence that what the model thinks of its own answer can still turn. */
const DOUBT = { from: 0.2, to: 0.8 };

/**
 * Reads by the extractive reader where one is given, else by the model, and checks what was read.
 *
 * @param evidenceOf of a source; undefined where words cannot be compared
 */
export function createRead(question: Question, evidenceOf: (source: string) => Evidence | undefined, reader: Reader | undefined, request: ReadRequest): ReadWindows {
  return async (windows) => {
    const spanned = reader && (await readBySpan(question.text, windows, reader, request.signal));
    const reading = reader ? spanned : await readByModel(question.text, windows, request);
    if (!reading) return reader ? 'not_answered' : 'no_quote';
    const checked = checkAnswer(reading, question, windows);
    if (typeof checked === 'string') return checked;
    const signals = await readSignals(question, evidenceOf(checked.quote.source), reading, checked, spanned?.likelihood);
    const confidence = scoreConfidence(signals);
    const { near } = signals;
    if (reader || confidence < DOUBT.from || confidence > DOUBT.to) return { ...checked, near, confidence };
    return { ...checked, near, confidence: scoreConfidence({ ...signals, likelihood: await rateByModel(question.text, windows, request) }) };
  };
}

/** All windows at once; where the quote stands nowhere, once more the best one alone. */
export async function readOrRetry(read: ReadWindows, windows: readonly Window[], best: Window): Promise<ReadAnswer | NoAnswer> {
  const first = await read(windows);
  return first === 'no_quote' && windows.length > 1 ? read([best]) : first;
}

/** What another source says instead, where one that is as much about the question says it as surely, in a sentence that is as much about it too. */
export async function findOtherAnswer(read: ReadWindows, first: ReadAnswer, judged: readonly JudgedSource[], leastConfidence: number): Promise<ReadAnswer | undefined> {
  const own = judged.find(({ source }) => source === first.quote.source);
  const least = NEARLY * (own ? strengthOf(own.evidence) : 1);
  const others = judged.filter(({ source, evidence }) => source !== first.quote.source && strengthOf(evidence) >= least && evidence.missing.length === 0);
  if (others.length === 0) return undefined;
  const second = await read(others.map(({ best }) => best).slice(0, OTHER_WINDOWS));
  return typeof second === 'string' || second.confidence < leastConfidence || second.near < NEARLY * first.near || saySame(first, second) ? undefined : second;
}

/** What one answers stands in the other's quote, in the same words or the same numbers. */
function saySame(one: Checked, other: Checked): boolean {
  const has = (quote: string, answer: string) => verifyQuote(answer, quote).state !== 'not_found' || findSupport(answer, quote).supported;
  return has(one.quote.text, other.answer) || has(other.quote.text, one.answer);
}
