import { TaskError } from '@glm-tasks/core';
import { createSupportFinder, isEcho, measureLength, type TaskEvent } from '@glm-tasks/task';
import { BETWEEN } from './corpus.ts';
import { isCloser, joinClauses, joinSentences, missedTarget, readDraft, trimDraft, type Draft } from './draft.ts';
import { fitCount } from './fit-count.ts';
import { isCount, type SummaryTarget } from './length-target.ts';
import { joinPieces } from './prompts.ts';
import { countSections, countSentences, hasSections, pickSentences } from './sections.ts';
import { checksEcho, cutPieces, writeSections, type Composing } from './write-sections.ts';
import { askOnce, writeText } from './write-text.ts';

/** Of more documents a sentence is too long to be one. */
const MOST_JOINED = 3;

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

/**
 * Writes the summary and fits it to its length. Small models write about the beginning of what they read, so notes on a long text, several
 * documents, and a text that gave too short a summary, are written up section by section: each part of the text has its sentence. What is
 * too long is shortened once by the model, then cut at the end of a sentence.
 */
export async function* compose(composing: Composing): Steps<Draft> {
  const { pieces, isSource, update, focus, target, format, warnings } = composing;
  let draft = pieces.length > 1 && !(isSource && (update || focus !== undefined)) ? yield* writeApart(composing) : yield* writeWhole(pieces, composing);
  if (isCount(target) && format !== 'headline') draft = yield* fitCount(draft, target, composing);
  else if (missedTarget(draft, target) < 0 && isSource && hasSections(composing, composing.outputLanguage) && cutPieces(pieces, Infinity).length > target.max) {
    const wanted = countSentences(target, composing.outputLanguage);
    const candidate = joinSentences(pickSentences(yield* writeSections(cutPieces(pieces, wanted), { ...composing, wanted }), target), format);
    if (isCloser(candidate, draft, target)) draft = candidate;
  }
  // Too many points are simply too many; the first are the most important ones.
  if (missedTarget(draft, target) > 0 && target.unit !== 'points') {
    yield { type: 'progress', stage: 'fitting the length', done: 0, total: 1 };
    const said = yield* askOnce(draft.summary, composing.wording.shorten, composing, undefined);
    const candidate = said.failure === undefined || said.failure === 'echo' ? readDraft(said.text, format) : draft;
    if (isCloser(candidate, draft, target)) draft = candidate;
  }
  const trimmed = trimDraft(draft, target);
  if (missedTarget(trimmed, target) < 0) warnings.push(describeShortage(trimmed, target));
  if (trimmed.summary !== draft.summary && target.unit !== 'points') warnings.push('The summary stayed too long; what exceeded the length asked for was cut at the end of a sentence.');
  if (checksEcho(composing) && isEcho(trimmed.summary, pieces.join(''))) warnings.push('The summary repeats long stretches of the text word for word.');
  return trimmed;
}

function describeShortage(draft: Draft, { unit, min, max }: SummaryTarget): string {
  const length = unit === 'points' ? (draft.points?.length ?? 0) : measureLength(draft.summary, unit);
  return `The summary is shorter than asked for: ${length} of ${min} to ${max} ${unit}.`;
}

/** Several documents, and sentences enough to give each its own. */
function hasSentenceForEach(composing: Composing): boolean {
  const { pieces, outputLanguage } = composing;
  return hasSections(composing, outputLanguage) && countSections(composing, outputLanguage) >= pieces.length;
}

/** A summary of several sentences has a section of the pieces for each; a single line is written from a digest made that way. */
async function* writeApart(composing: Composing): Steps<Draft> {
  const { pieces, isSource, format, target, outputLanguage } = composing;
  if (isSource && !hasSentenceForEach(composing)) return yield* writeOfAll(composing);
  const count = countSections(composing, outputLanguage);
  if (count === 1) return yield* writeWhole(pieces, composing);
  if (!hasSections(composing, outputLanguage)) return yield* writeWhole(yield* writeDigest(count, composing), ofDigest(composing));
  return joinSentences(pickSentences(yield* writeSections(pieces, composing), target), format);
}

/** Of several documents a model puts one into a single sentence, so it is given a sentence on each; where it still leaves one out, the sentence is made of those. */
async function* writeOfAll(composing: Composing): Steps<Draft> {
  const { pieces, format, target } = composing;
  const digest = yield* writeDigest(pieces.length, composing);
  const draft = yield* writeWhole(digest, ofDigest(composing));
  const isOneSentence = format !== 'headline' && target.unit === 'sentences' && target.max === 1;
  return isOneSentence && pieces.length <= MOST_JOINED && leavesOut(draft.summary, pieces) ? joinClauses(digest) : draft;
}

async function* writeDigest(count: number, composing: Composing): Steps<string[]> {
  const target = { unit: 'sentences', min: count, max: count, wanted: count } as const;
  return pickSentences(yield* writeSections(composing.pieces, { ...composing, target }), target);
}

function ofDigest(composing: Composing): Composing {
  return { ...composing, isSource: false, documents: 1 };
}

/** Whether nothing of some piece is found in the summary. */
function leavesOut(summary: string, pieces: readonly string[]): boolean {
  const ends: number[] = [];
  for (const piece of pieces) ends.push((ends.at(-1) ?? 0) + piece.length + BETWEEN.length);
  const { sources } = createSupportFinder(pieces.join(BETWEEN))(summary);
  return new Set(sources.map(({ start }) => ends.findIndex((end) => start < end))).size < pieces.length;
}

async function* writeWhole(pieces: string[], composing: Composing): Steps<Draft> {
  const { wording, format } = composing;
  yield { type: 'progress', stage: 'writing', done: 0, total: 1 };
  const document = joinPieces(pieces, composing, wording, composing.isSource);
  const draft = readDraft(yield* writeText(document, wording.write, composing, checksEcho(composing) ? document : undefined), format);
  if (draft.summary === '') throw new TaskError('output_invalid', 'The model wrote no summary; try a larger model.', { details: { format } });
  yield { type: 'progress', stage: 'writing', done: 1, total: 1 };
  return draft;
}
