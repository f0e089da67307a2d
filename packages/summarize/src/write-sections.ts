import { isTaskError } from '@glm-tasks/core';
import { cutSentences, lastOf, mapChunks, measureLength, splitSentences, type TaskEvent } from '@glm-tasks/task';
import { keepSupported } from './check-sentences.ts';
import { readDraft } from './draft.ts';
import type { SummaryTarget } from './length-target.ts';
import { countSentences, divide } from './sections.ts';
import { writeText, type Writing } from './write-text.ts';

type Steps<R> = AsyncGenerator<Exclude<TaskEvent<never>, { type: 'result' }>, R>;

export interface Composing extends Writing {
  /** What the summary is written from, in order: the text, or the notes on it. */
  pieces: string[];
}

/** Sentences on each section of the pieces, in order. */
export async function* writeSections(pieces: string[], composing: Composing & { wanted?: number }): Steps<string[]> {
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
    if (step.done) return step.value;
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

/** Sentences, or where there are too few of them their clauses: an abstract may say in two long sentences what takes four. */
export function cutPieces(pieces: readonly string[], wanted: number): string[] {
  const sentences = pieces.flatMap(cutSentences);
  return sentences.length >= wanted ? sentences : sentences.flatMap((sentence) => sentence.split(/(?<=[；，：]|[;,:](?=\s|\p{Script=Han}))/u));
}

/** An update keeps what still holds of the earlier summary, word for word if it likes. */
export function checksEcho(composing: Composing): boolean {
  return composing.isSource && !composing.update && !isTooShortToFill(composing);
}

/** A text of fewer sentences (words, characters) than were asked for cannot be summarized to them, and may be repeated as it is. */
export function isTooShortToFill({ pieces, target }: Composing): boolean {
  return measureLength(pieces.join('\n'), target.unit === 'points' ? 'sentences' : target.unit) <= target.max;
}
