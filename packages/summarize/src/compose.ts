import { TaskError } from '@glm-tasks/core';
import { buildPrompt, generateGuarded, isEcho, isInLanguage, measureLength, type GuardedText, type TaskEvent } from '@glm-tasks/task';
import type { Reading } from './condense.ts';
import { missedTarget, readDraft, trimDraft, type Draft } from './draft.ts';
import type { Ask } from './prompts.ts';

/** An instruction of the wording, still to be filled in. */
type Order = (ask: Ask) => string;
type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

export interface Composing extends Reading, Ask {
  /** What the summary is written from: the text, or the notes on it. */
  document: string;
  /** False for notes: they are the model's own words, and may be repeated. */
  isSource: boolean;
  /** Language the summary must be in. */
  outputLanguage: string;
  writeTokens: number;
}

const LENGTH_PASSES = 2;
/** Up to this share of foreign script a summary is of use, with a warning. */
const MIXED = 0.3;

/** Writes the summary, then fits it to its length: by at most two passes of the model, then by cutting at the end of a sentence. */
export async function* compose(composing: Composing): Steps<Draft> {
  const { document, wording, format, target, warnings } = composing;
  yield { type: 'progress', stage: 'writing', done: 0, total: 1 };
  let draft = readDraft(yield* write(document, wording.write, composing), format);
  if (draft.summary === '') throw new TaskError('output_invalid', 'The model wrote no summary; try a larger model.', { details: { format } });
  yield { type: 'progress', stage: 'writing', done: 1, total: 1 };
  for (let pass = 0; pass < LENGTH_PASSES; pass++) {
    const missed = missedTarget(draft, target);
    if (missed === 0 || (missed < 0 && isTooShortToFill(composing))) break;
    yield { type: 'progress', stage: 'fitting the length', done: pass, total: LENGTH_PASSES };
    const candidate = yield* fit(draft, missed, composing);
    if (!candidate || Math.abs(missedTarget(candidate, target)) >= Math.abs(missed)) break;
    draft = candidate;
  }
  const trimmed = trimDraft(draft, target);
  if (trimmed.summary !== draft.summary) warnings.push('The summary stayed too long; what exceeded the length asked for was cut at the end of a sentence.');
  if (checksEcho(composing) && isEcho(trimmed.summary, document)) warnings.push('The summary repeats long stretches of the text word for word.');
  return trimmed;
}

/** One attempt at a better length; undefined where a guard failed. */
async function* fit(draft: Draft, missed: number, composing: Composing): Steps<Draft | undefined> {
  const { document, wording, format } = composing;
  // Too many points are simply too many; the first are the most important ones.
  if (missed > 0 && draft.points && composing.target.unit === 'points') return trimDraft(draft, composing.target);
  const said = yield* ask(missed > 0 ? draft.summary : document, missed > 0 ? wording.shorten : wording.lengthen, composing, false);
  return said.failure === undefined || said.failure === 'echo' ? readDraft(said.text, format) : undefined;
}

/** The text of the summary, guarded; a wrong language gets one translation. */
async function* write(document: string, order: Order, composing: Composing): Steps<string> {
  const { warnings, outputLanguage, wording } = composing;
  const said = yield* ask(document, order, composing, true);
  switch (said.failure) {
    case undefined:
    case 'echo': // compose warns of it if no later pass mends it
      return said.text;
    case 'repetition':
      if (said.text === '') break;
      warnings.push('The model began to repeat itself; the summary ends where it did.');
      return said.text;
    case 'language': {
      const translated = yield* ask(said.text, () => wording.translate(outputLanguage), composing, false);
      if (translated.failure === undefined) return translated.text;
      const mixed = [translated, said].find(({ failure, text }) => failure !== 'instructions' && isInLanguage(text, outputLanguage, MIXED));
      if (!mixed) break;
      warnings.push(`Some words of the summary are not in the language asked for (${outputLanguage}).`);
      return mixed.text;
    }
    default:
      break;
  }
  const message = `The model's summary failed its check twice (${said.failure}, wanted language ${outputLanguage}); try another length or format, or a larger model. What it wrote is in error.partial.`;
  throw new TaskError('output_invalid', message, { details: { failure: said.failure, language: outputLanguage }, partial: said.raw });
}

async function* ask(document: string, order: Order, composing: Composing, checkEcho: boolean): Steps<GuardedText> {
  const { model, wording, marker, outputLanguage, writeTokens, signal } = composing;
  const instruction = order(composing);
  const attempt = (failed: unknown) => buildPrompt({ system: wording.system, document, marker, instruction: failed ? `${instruction} ${wording.retry}` : instruction });
  const source = checkEcho && checksEcho(composing) ? document : undefined;
  // The focus is the user's: a summary about it names it.
  const instructions = [wording.system, order({ ...composing, focus: undefined }), wording.retry].join('\n');
  const guards = { marker, source, document, instructions, language: outputLanguage };
  const steps = generateGuarded(model, { prompt: attempt, guards, maxTokens: writeTokens, signal });
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    if (isInLanguage(step.value, outputLanguage)) yield { type: 'partial', value: { summary: step.value } };
  }
}

function checksEcho(composing: Composing): boolean {
  return composing.isSource && !isTooShortToFill(composing);
}

/** A text of fewer sentences (words, characters) than were asked for cannot be summarized to them, and may be repeated as it is. */
function isTooShortToFill({ document, target }: Composing): boolean {
  return measureLength(document, target.unit === 'points' ? 'sentences' : target.unit) <= target.max;
}
