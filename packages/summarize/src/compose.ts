import { TaskError, isTaskError } from '@glm-tasks/core';
import { buildPrompt, cutSentences, generateGuarded, isEcho, isInLanguage, lastOf, mapChunks, measureLength, splitSentences, type GuardedText, type TaskEvent } from '@glm-tasks/task';
import type { Reading } from './condense.ts';
import { joinSentences, missedTarget, readDraft, trimDraft, type Draft } from './draft.ts';
import type { SummaryTarget } from './length-target.ts';
import type { Ask } from './prompts.ts';
import { countSections, countSentences, divide, hasSections, pickSentences } from './sections.ts';

/** An instruction of the wording, still to be filled in. */
type Order = (ask: Ask) => string;
type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

export interface Composing extends Reading, Ask {
  /** What the summary is written from, in order: the text, or the notes on it. */
  pieces: string[];
  /** False for notes: they are the model's own words, and may be repeated. */
  isSource: boolean;
  /** Language the summary must be in. */
  outputLanguage: string;
  writeTokens: number;
}

/** Up to this share of foreign script a summary is of use, with a warning. */
const MIXED = 0.3;

/**
 * Writes the summary and fits it to its length. Small models write about the beginning of what they read, so notes on a long text, and a
 * text that gave too short a summary, are written up section by section: each part of the text has its sentence. What is too long is
 * shortened once by the model, then cut at the end of a sentence.
 */
export async function* compose(composing: Composing): Steps<Draft> {
  const { pieces, isSource, target, format, warnings } = composing;
  let draft = isSource || pieces.length === 1 ? yield* writeWhole(pieces, composing) : yield* writeNotes(composing);
  if (missedTarget(draft, target) < 0 && isSource && hasSections(composing, composing.outputLanguage) && !isTooShortToFill(composing)) {
    const candidate = joinSentences(yield* writeSections(pieces.flatMap(cutSentences), composing), format);
    if (isCloser(candidate, draft, composing)) draft = candidate;
  }
  // Too many points are simply too many; the first are the most important ones.
  if (missedTarget(draft, target) > 0 && target.unit !== 'points') {
    yield { type: 'progress', stage: 'fitting the length', done: 0, total: 1 };
    const said = yield* ask(draft.summary, composing.wording.shorten, composing, false);
    const candidate = said.failure === undefined || said.failure === 'echo' ? readDraft(said.text, format) : draft;
    if (isCloser(candidate, draft, composing)) draft = candidate;
  }
  const trimmed = trimDraft(draft, target);
  if (trimmed.summary !== draft.summary && target.unit !== 'points') warnings.push('The summary stayed too long; what exceeded the length asked for was cut at the end of a sentence.');
  if (checksEcho(composing) && isEcho(trimmed.summary, pieces.join(''))) warnings.push('The summary repeats long stretches of the text word for word.');
  return trimmed;
}

/** A summary of several sentences has a section of the notes for each; a single line is written from a digest made that way. */
async function* writeNotes(composing: Composing): Steps<Draft> {
  const { pieces, format, outputLanguage } = composing;
  const count = countSections(composing, outputLanguage);
  if (count === 1) return yield* writeWhole(pieces, composing);
  if (hasSections(composing, outputLanguage)) return joinSentences(yield* writeSections(pieces, composing), format);
  const target = { unit: 'sentences', min: count, max: count, wanted: count } as const;
  const digest = yield* writeSections(pieces, { ...composing, target, otherLanguage: undefined, outputLanguage: composing.textLanguage });
  return yield* writeWhole(digest, composing);
}

async function* writeWhole(pieces: string[], composing: Composing): Steps<Draft> {
  const { wording, format } = composing;
  yield { type: 'progress', stage: 'writing', done: 0, total: 1 };
  const draft = readDraft(yield* write(pieces.join('\n'), wording.write, composing), format);
  if (draft.summary === '') throw new TaskError('output_invalid', 'The model wrote no summary; try a larger model.', { details: { format } });
  yield { type: 'progress', stage: 'writing', done: 1, total: 1 };
  return draft;
}

/** The sentences of the summary, at least one from each section of the pieces. */
async function* writeSections(pieces: string[], composing: Composing): Steps<string[]> {
  const { model, target, outputLanguage, signal } = composing;
  const wanted = countSentences(target, outputLanguage);
  const sections = divide(pieces, wanted);
  const each = Math.ceil(wanted / sections.length);
  const sectionTarget: SummaryTarget = { unit: 'sentences', min: each, max: each, wanted: each };
  const options = { concurrency: model.slots, signal };
  const written = mapChunks(sections, (section, sectionSignal) => {
    return writeSection(section.join(composing.isSource ? '' : '\n').trim(), { ...composing, format: 'paragraph', target: sectionTarget, writeTokens: 100 * each, signal: sectionSignal });
  }, options);
  for (;;) {
    const step = await written.next();
    if (step.done) return pickSentences(step.value, target);
    yield { type: 'progress', stage: 'writing', done: step.value.done, total: step.value.total };
  }
}

async function writeSection(section: string, composing: Composing): Promise<string> {
  const { wording, warnings, outputLanguage, textLanguage } = composing;
  try {
    const text = await lastOf(write(section, wording.write, composing));
    return splitSentences(readDraft(text, 'paragraph').summary).slice(0, composing.target.max).join('\n');
  } catch (error) {
    // One section that fails its guards does not fail the summary where its own first sentence can stand in.
    if (!isTaskError(error) || error.code !== 'output_invalid' || outputLanguage !== textLanguage) throw error;
    warnings.push('The model failed twice on a section of the text; the first sentence of that section stands in.');
    return splitSentences(section)[0] ?? '';
  }
}

function isCloser(candidate: Draft, draft: Draft, { target }: Composing): boolean {
  return candidate.summary !== '' && Math.abs(missedTarget(candidate, target)) < Math.abs(missedTarget(draft, target));
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
function isTooShortToFill({ pieces, target }: Composing): boolean {
  return measureLength(pieces.join('\n'), target.unit === 'points' ? 'sentences' : target.unit) <= target.max;
}
