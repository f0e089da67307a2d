import { TaskError, isTaskError } from '@glm-tasks/core';
import { cutSentences, isEcho, lastOf, mapChunks, measureLength, splitSentences, type TaskEvent } from '@glm-tasks/task';
import { keepSupported } from './check-sentences.ts';
import { joinSentences, missedTarget, readDraft, trimDraft, type Draft } from './draft.ts';
import type { SummaryTarget } from './length-target.ts';
import { joinPieces } from './prompts.ts';
import { countSections, countSentences, divide, hasSections, pickSentences } from './sections.ts';
import { askOnce, writeText, type Writing } from './write-text.ts';

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

export interface Composing extends Writing {
  /** What the summary is written from, in order: the text, or the notes on it. */
  pieces: string[];
}

/**
 * Writes the summary and fits it to its length. Small models write about the beginning of what they read, so notes on a long text, several
 * documents, and a text that gave too short a summary, are written up section by section: each part of the text has its sentence. What is
 * too long is shortened once by the model, then cut at the end of a sentence.
 */
export async function* compose(composing: Composing): Steps<Draft> {
  const { pieces, isSource, target, format, warnings } = composing;
  const apart = pieces.length > 1 && (!isSource || hasSentenceForEach(composing));
  let draft = apart ? yield* writeApart(composing) : yield* writeWhole(pieces, composing);
  // Sentences are shorter than they usually are where a count of words was missed; then there must be more of them.
  for (let wanted = countSentences(target, composing.outputLanguage), tries = 0; tries < 2 && missedTarget(draft, target) < 0 && mayHaveSections(composing); tries++) {
    const candidate = joinSentences(yield* writeSections(isSource ? cutPieces(pieces, wanted) : pieces, { ...composing, wanted }), format);
    if (isCloser(candidate, draft, composing)) draft = candidate;
    if (target.unit === 'points' || target.unit === 'sentences') break;
    wanted = Math.ceil((wanted * target.wanted) / Math.max(1, measureLength(draft.summary, target.unit)));
  }
  // Too many points are simply too many; the first are the most important ones.
  if (missedTarget(draft, target) > 0 && target.unit !== 'points') {
    yield { type: 'progress', stage: 'fitting the length', done: 0, total: 1 };
    const said = yield* askOnce(draft.summary, composing.wording.shorten, composing, undefined);
    const candidate = said.failure === undefined || said.failure === 'echo' ? readDraft(said.text, format) : draft;
    if (isCloser(candidate, draft, composing)) draft = candidate;
  }
  const trimmed = trimDraft(draft, target);
  if (missedTarget(trimmed, target) < 0) warnings.push(describeShortage(trimmed, target));
  if (trimmed.summary !== draft.summary && target.unit !== 'points') warnings.push('The summary stayed too long; what exceeded the length asked for was cut at the end of a sentence.');
  if (checksEcho(composing) && isEcho(trimmed.summary, pieces.join(''))) warnings.push('The summary repeats long stretches of the text word for word.');
  return trimmed;
}

function mayHaveSections(composing: Composing): boolean {
  const { target, isSource, outputLanguage } = composing;
  const counts = target.unit === 'words' || target.unit === 'characters';
  if (!hasSections(composing, outputLanguage) || !(isSource || counts)) return false;
  return counts ? !isTooShortToFill(composing) : cutPieces(composing.pieces, Infinity).length > target.max;
}

/** Sentences, or where there are too few of them their clauses: an abstract may say in two long sentences what takes four. */
function cutPieces(pieces: readonly string[], wanted: number): string[] {
  const sentences = pieces.flatMap(cutSentences);
  return sentences.length >= wanted ? sentences : sentences.flatMap((sentence) => sentence.split(/(?<=[；，：]|[;,:](?=\s|\p{Script=Han}))/u));
}

function describeShortage(draft: Draft, { unit, min, max }: SummaryTarget): string {
  const length = unit === 'points' ? (draft.points?.length ?? 0) : measureLength(draft.summary, unit);
  return `The summary is shorter than asked for: ${length} of ${min} to ${max} ${unit}.`;
}

/** Several documents, and sentences enough to give each its own. */
function hasSentenceForEach(composing: Composing): boolean {
  const { pieces, update, outputLanguage } = composing;
  return !update && hasSections(composing, outputLanguage) && countSections(composing, outputLanguage) >= pieces.length;
}

/** A summary of several sentences has a section of the pieces for each; a single line is written from a digest made that way. */
async function* writeApart(composing: Composing): Steps<Draft> {
  const { pieces, format, outputLanguage } = composing;
  const count = countSections(composing, outputLanguage);
  if (count === 1) return yield* writeWhole(pieces, composing);
  if (hasSections(composing, outputLanguage)) return joinSentences(yield* writeSections(pieces, composing), format);
  const target = { unit: 'sentences', min: count, max: count, wanted: count } as const;
  const digest = yield* writeSections(pieces, { ...composing, target });
  return yield* writeWhole(digest, composing);
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

/** The sentences of the summary, at least one from each section of the pieces. */
async function* writeSections(pieces: string[], composing: Composing & { wanted?: number }): Steps<string[]> {
  const { model, target, outputLanguage, signal, wanted = countSentences(target, outputLanguage) } = composing;
  const sections = divide(pieces, wanted);
  const each = Math.ceil(wanted / sections.length);
  const sectionTarget: SummaryTarget = { unit: 'sentences', min: each, max: each, wanted: each };
  const options = { concurrency: model.slots, signal };
  const written = mapChunks(sections, (section, sectionSignal) => {
    return writeSection(section.join(composing.isSource ? '' : '\n').trim(), { ...composing, format: 'paragraph', target: sectionTarget, writeTokens: 100 * each, maxSentences: each, documents: 1, update: false, signal: sectionSignal });
  }, options);
  for (;;) {
    const step = await written.next();
    if (step.done) return pickSentences(step.value, target);
    yield { type: 'progress', stage: 'writing', done: step.value.done, total: step.value.total };
  }
}

async function writeSection(section: string, composing: Composing): Promise<string> {
  const { wording, warnings } = composing;
  try {
    const text = await lastOf(writeText(section, wording.write, composing, checksEcho(composing) ? section : undefined));
    return keepSupported(readDraft(text, 'paragraph').summary, section).kept.slice(0, composing.target.max).join('\n');
  } catch (error) {
    // One section that fails its guards does not fail the summary where its own first sentence can stand in.
    if (!isTaskError(error) || error.code !== 'output_invalid') throw error;
    warnings.push('The model failed twice on a section of the text; the first sentence of that section stands in.');
    return splitSentences(section)[0] ?? '';
  }
}

function isCloser(candidate: Draft, draft: Draft, { target }: Composing): boolean {
  return candidate.summary !== '' && Math.abs(missedTarget(candidate, target)) < Math.abs(missedTarget(draft, target));
}

/** An update keeps what still holds of the earlier summary, word for word if it likes. */
function checksEcho(composing: Composing): boolean {
  return composing.isSource && !composing.update && !isTooShortToFill(composing);
}

/** A text of fewer sentences (words, characters) than were asked for cannot be summarized to them, and may be repeated as it is. */
function isTooShortToFill({ pieces, target }: Composing): boolean {
  return measureLength(pieces.join('\n'), target.unit === 'points' ? 'sentences' : target.unit) <= target.max;
}
