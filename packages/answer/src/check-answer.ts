import { cutSentences, findSupport, isInLanguage, verifyQuote, type Span } from '@glm-tasks/task';
import type { Window } from './find-windows.ts';
import { hasWanted, type Question } from './question.ts';
import type { Reading } from './read-by-model.ts';
import type { Refusal } from './schema.ts';

/** An answer whose quote stands in its source. */
export interface Checked {
  answer: string;
  quote: Span;
  window: Window;
  /** The quote with what its pronouns stand for: title, beginning of its window, sentence before. */
  around: string;
  /** Whether the answer is in another language than its quote, so that only its numbers and names could be compared. */
  foreign: boolean;
}

/** A quote is shown with its whole sentence, unless that is longer. */
const LONGEST_SENTENCE = 400;
/** Names and pronouns of a sentence are often explained one sentence earlier. */
const SENTENCES_BEFORE = 1;
/** Characters of the beginning, where a text says what it is about. */
const OPENING = 40;

/**
 * Looks for the quote in the windows, and for the answer in the quote. An answer that says more than its source is replaced by the source's own
 * words. Returns the reason where there is nothing to stand on.
 */
export function checkAnswer({ quote, answer, answerable }: Reading, question: Question, windows: readonly Window[]): Checked | Extract<Refusal, 'not_answered' | 'no_quote'> {
  if (quote.trim() === '' && answer.trim() === '') return 'not_answered';
  const found = locate(quote, windows) ?? locate(answer, windows);
  if (!found) return answerable ? 'no_quote' : 'not_answered';
  const { window, body } = found;
  const { start, end, before } = widen(body.text, found.start, found.end);
  const sentence = body.text.slice(start, end);
  if (hasWanted(question.wanted, sentence) === false) return 'not_answered';
  const said = chooseAnswer(answer, body.text.slice(found.start, found.end), sentence, body.text, question);
  if (said === undefined) return 'not_answered';
  const span = body.start === undefined ? { start: window.start, end: window.start + window.text.length, text: window.text } : { start: body.start + start, end: body.start + end, text: sentence };
  const around = [window.title, window.text.slice(0, window.answer === undefined ? OPENING : undefined), body.text.slice(before, end)].filter((part) => part !== undefined).join('\n');
  return { ...said, quote: { source: window.source, ...span }, window, around };
}

interface Body {
  text: string;
  /** In the source; undefined where the source's text is not known. */
  start: number | undefined;
}

interface Located {
  window: Window;
  body: Body;
  start: number;
  end: number;
}

function locate(quote: string, windows: readonly Window[]): Located | undefined {
  for (const window of windows) {
    for (const body of bodiesOf(window)) {
      const { state, start, end } = verifyQuote(quote, body.text);
      if (state !== 'not_found') return { window, body, start, end };
    }
  }
  return undefined;
}

/** The answer of an FAQ is quoted rather than its question. */
function bodiesOf({ text, start, answer, answerStart }: Window): Body[] {
  return answer === undefined ? [{ text, start }] : [{ text: answer, start: answerStart }];
}

/** The whole sentences a stretch stands in, and where the sentences before them begin. */
function widen(text: string, start: number, end: number): { start: number; end: number; before: number } {
  const starts: number[] = [];
  let [first, last] = [start, end];
  let at = 0;
  for (const sentence of cutSentences(text)) {
    const next = at + sentence.length;
    if (next <= start) starts.push(at);
    else if (at < end) {
      if (at <= start) first = at + (sentence.length - sentence.trimStart().length);
      if (next >= end) last = at + sentence.trimEnd().length;
    }
    at = next;
  }
  const before = starts.at(-SENTENCES_BEFORE) ?? Math.min(first, start);
  if (last - first > LONGEST_SENTENCE) return { start, end, before };
  return { start: Math.min(first, start), end: Math.max(last, end), before };
}

/** The model's words where the source carries them, else the quote. Undefined where neither says more than the question does. */
function chooseAnswer(answer: string, quote: string, sentence: string, text: string, question: Question): { answer: string; foreign: boolean } | undefined {
  const trimmed = answer.trim();
  const isForeign = trimmed !== '' && !isInLanguage(text, question.language, 0.5);
  for (const candidate of [trimmed, quote, sentence]) {
    if (candidate === '' || hasWanted(question.wanted, candidate) === false || saysNothingNew(candidate, question)) continue;
    if (candidate !== trimmed) return { answer: candidate, foreign: false };
    const place = verifyQuote(candidate, text);
    if (place.state !== 'not_found') return { answer: place.text, foreign: false };
    const { supported, missing } = findSupport(candidate, text);
    if (supported && missing.length === 0) return { answer: candidate, foreign: false };
    if (isForeign && missing.length === 0) return { answer: candidate, foreign: true };
  }
  return undefined;
}

/** "The bridge" is no answer to a question about the bridge. */
function saysNothingNew(candidate: string, question: Question): boolean {
  const flatten = (text: string) => text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  return flatten(question.text).includes(flatten(candidate));
}
