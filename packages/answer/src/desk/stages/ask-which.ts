import { fillText } from '../desk-texts.ts';
import { labelOf } from '../intents.ts';
import { readYesNo } from '../person-request.ts';
import { isQuestion } from '../questions.ts';
import type { Choice } from '../sessions.ts';
import type { Desk, Outcome, Turn } from '../turn.ts';
import { startIntent } from './start-intent.ts';

/** Of the likeliest intent; one less likely than this share of it is not offered beside it. */
const LEAST_SHARE = 1 / 3;

/** An intent may be near but not near enough. What asks for no answer can only be that, so the customer is asked at once. */
export function askBeforeLooking(turn: Turn, desk: Desk): Outcome | undefined {
  return isQuestion(turn.question) ? undefined : askWhich(turn, desk);
}

/** Asks which intent is meant, if any is near; never twice in a row. */
export function askWhich({ session, nearIntents, askedLast, words }: Turn, desk: Desk): Outcome | undefined {
  const [intent] = nearIntents;
  if (askedLast || intent === undefined || intent.confidence < desk.thresholds.clarify) return undefined;
  const likely = nearIntents.slice(0, 2).filter(({ confidence }) => confidence >= intent.confidence * LEAST_SHARE);
  session.choices = likely.map(({ label }) => ({ name: label, label: nameOf(label, desk) }));
  const [first = '', second] = session.choices.map(({ label }) => label);
  const text = second === undefined ? fillText(words.thisIntent, { first }) : fillText(words.whichIntent, { first, second });
  return { status: 'clarify', text, confidence: intent.confidence, progress: 'none' };
}

/** The answer to which of two things is meant. */
export async function choose(turn: Turn, desk: Desk): Promise<Outcome | undefined> {
  const { session, text, words, trace } = turn;
  const { choices } = session;
  if (choices === undefined) return undefined;
  delete session.choices;
  turn.askedLast = true;
  const choice = readChoice(text, choices);
  if (choice === undefined) return undefined; // a new turn, which is matched as any other
  if (choice === 'neither') return { status: 'refused', text: words.refused, offerPerson: true, progress: 'none', unanswered: true };
  trace.push({ stage: 'choice', note: choice.name });
  return startIntent(turn, desk, choice.name, 1);
}

const ORDINALS = [
  /^(?:选|要|是)?(?:第?[一1]个?|前者|前面(?:那)?个?|(?:the )?first(?: one)?)(?:吧|的)?$/iu,
  /^(?:选|要|是)?(?:第?[二2]个?|后者|后面(?:那)?个?|(?:the )?second(?: one)?)(?:吧|的)?$/iu,
];
const NEITHER = /都不是|都不对|不是这|neither|none of/iu;

function readChoice(text: string, choices: readonly Choice[]): Choice | 'neither' | undefined {
  const said = text.replace(/[^\p{L}\p{N} ]+/gu, '').trim();
  if (NEITHER.test(said) || readYesNo(said) === false) return 'neither';
  if (choices.length === 1 && readYesNo(said) === true) return choices[0];
  const named = choices.filter(({ label }) => said.includes(label) || (said.length > 1 && label.includes(said)));
  return named.length === 1 ? named[0] : choices[ORDINALS.findIndex((pattern) => pattern.test(said))];
}

function nameOf(name: string, { intents }: Desk): string {
  const intent = intents.find((intent) => intent.name === name);
  return intent === undefined ? name : labelOf(intent);
}
