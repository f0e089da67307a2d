import { TaskError, isTaskError } from '@glm-tasks/core';
import { defineTask, detectLanguage, readLanguage, type Store, type TaskContext, type TaskRun } from '@glm-tasks/task';
import { openGlossary } from './glossary.ts';
import { checkStructure } from './check-structure.ts';
import { detectFormat } from './detect-format.ts';
import { parseDocument } from './parse-document.ts';
import { createRelease } from './release-text.ts';
import { translateInput, translateOutput, type TranslateInput, type TranslatedSegment } from './schema.ts';
import type { Format, ParsedDocument, Segment } from './segments.ts';
import { translateSegments } from './translate-segments.ts';
import { chooseManner, refuseDirection } from './translation-models.ts';
import type { FinishedSegment } from './translation-memory.ts';

export interface TranslateRun extends TaskRun {
  /** The translation memory: every finished segment is kept there, so that a run that was stopped goes on and an edited document pays for what changed. */
  store?: Store | undefined;
}

interface OpenText {
  id: string;
  source: string;
  document: ParsedDocument;
  targets: Map<string, string>;
}

/** Formats of prose, whose segments follow each other; the strings of the others stand alone. */
const PROSE: readonly Format[] = ['plain', 'markdown', 'html', 'srt', 'vtt'];
/** The header of a PO file changes with the first translation, so nothing of it is settled before the end. */
const SETTLES: readonly Format[] = [...PROSE, 'json', 'yaml'];
const LISTED = 10;

/**
 * Translates a document or many texts; placeholders, tags, code and structure stay as they were. A segment for which no answer passes the checks
 * stands in the source language, is marked `failed` and makes the `status` incomplete. Throws `invalid_input` for a language nobody knows
 * and, naming the line, for a file that is not what its format asks.
 *
 * @example
 * const { text, status } = await translate({ text: '# Ferries\n\nThe ferry leaves at **8:30**.', to: 'zh' }, { model });
 * const { texts } = await translate({ texts: [{ id: 'save', text: 'Save {count} files' }], to: 'zh', glossary: [{ source: 'file', target: '文件' }] }, { model });
 */
export const translate = defineTask({
  name: 'translate',
  description: 'Translate documents and app strings; placeholders, tags, code and structure stay as they were',
  input: translateInput,
  output: translateOutput,
  async *run(input: TranslateInput, { model, signal, store, usage }: TaskContext<TranslateRun>) {
    const { to, tone, context, glossary } = input;
    const format = input.format ?? (input.text === undefined ? 'plain' : detectFormat(undefined, input.text));
    const opened = openTexts(input, format);
    const places = opened.flatMap((text) => text.document.segments.map((segment) => ({ segment, text })));
    const from = input.from ?? detectSource(places.map(({ segment }) => segment));
    refuseDirection(model.name, from, to);
    const manner = chooseManner(model.name, from, to);
    const isDocument = input.text !== undefined && PROSE.includes(format);
    const release = input.text !== undefined && SETTLES.includes(format) ? createRelease((opened[0] as OpenText).document, (opened[0] as OpenText).targets) : undefined;

    const finished: TranslatedSegment[] = [];
    let inOrder = 0;
    const work = translateSegments(places.map(({ segment }) => segment), { model, manner, from, to, tone, context, glossary: openGlossary(glossary), store, signal, isDocument });
    for (let step = await work.next(); !step.done; step = await work.next()) {
      const { index, value, done, total } = step.value;
      const { segment, text } = places[index] as (typeof places)[number];
      const outcome = checkWriting(segment, value, text.document);
      finished[index] = { id: segment.id, ...(input.texts ? { textId: text.id } : {}), place: segment.place, source: segment.source, ...outcome };
      if (outcome.state === 'translated' || outcome.state === 'remembered') text.targets.set(segment.id, outcome.target);
      yield { type: 'progress', stage: 'translating', done, total };
      while (finished[inOrder]) inOrder++;
      const delta = release?.next(inOrder) ?? '';
      if (delta !== '') yield { type: 'text-delta', text: delta };
    }

    const written = opened.map(({ id, document, targets }) => ({ id, text: document.render(targets) }));
    if (input.text !== undefined) {
      const { rest, text } = release?.end() ?? { rest: written[0]?.text ?? '', text: written[0]?.text ?? '' };
      if (rest !== '') yield { type: 'text-delta', text: rest };
      written[0] = { id: '', text };
    }
    const failed = finished.filter(({ state }) => state === 'failed');
    const damage = written.flatMap(({ id, text }, index) => checkStructure(opened[index]?.source ?? '', text, format).map((issue) => (input.texts ? `text "${id}": ${issue}` : issue)));
    return {
      ...(input.text === undefined ? { texts: written } : { text: written[0]?.text }),
      segments: finished,
      from,
      to,
      format,
      status: failed.length + damage.length === 0 ? ('complete' as const) : ('incomplete' as const),
      usage: { ...usage },
      warnings: [...damage, ...findWarnings(finished, failed, from, to)],
    };
  },
});

function openTexts({ text, texts, to, keepAttributes }: TranslateInput, format: Format): OpenText[] {
  const given = text === undefined ? (texts ?? []).map((item, index) => (typeof item === 'string' ? { id: String(index), text: item } : item)) : [{ id: '', text }];
  return given.map((item) => {
    try {
      return { id: item.id, source: item.text, document: parseDocument(item.text, format, { to, attributes: !keepAttributes }), targets: new Map() };
    } catch (error) {
      throw text === undefined ? namePlace(error, item.id) : error;
    }
  });
}

/** Markup can be right in the segment and yet not be written in its format: then it is the document that says so. */
function checkWriting(segment: Segment, finished: FinishedSegment, document: ParsedDocument): FinishedSegment {
  const { target, state, issues } = finished;
  if (state === 'failed' || state === 'kept' || !/<\d/.test(target)) return finished;
  try {
    document.render(new Map([[segment.id, target]]));
    return finished;
  } catch (error) {
    if (!isTaskError(error) || error.code !== 'output_invalid') throw error;
    return { target: segment.source, state: 'failed', issues: [...issues, error.message] };
  }
}

function detectSource(segments: ParsedDocument['segments']): string {
  const sample: string[] = [];
  let length = 0;
  for (const { source, translatable } of segments) {
    if (!translatable) continue;
    sample.push(source);
    length += source.length;
    if (length > 4_000) break;
  }
  return detectLanguage(sample.join('\n'));
}

function findWarnings(segments: readonly TranslatedSegment[], failed: readonly TranslatedSegment[], from: string, to: string): string[] {
  const warnings: string[] = [];
  const list = (found: readonly TranslatedSegment[]) => `${found.slice(0, LISTED).map(({ place, id, textId }) => textId ?? (place || id)).join('; ')}${found.length > LISTED ? '; …' : ''}`;
  if (failed.length > 0) warnings.push(`${failed.length} of ${segments.length} segments could not be translated and stand in the source language: ${list(failed)}`);
  const doubtful = segments.filter(({ state, issues }) => state !== 'failed' && state !== 'kept' && issues.length > 0);
  if (doubtful.length > 0) warnings.push(`${doubtful.length} of ${segments.length} segments should be looked at: ${list(doubtful)}`);
  if (segments.length > 0 && readLanguage(from).language === readLanguage(to).language && segments.every(({ state }) => state === 'kept')) warnings.push(`the text is in ${from} already; nothing was translated`);
  return warnings;
}

function namePlace(error: unknown, id: string): unknown {
  if (!isTaskError(error)) return error;
  return new TaskError(error.code, `Text "${id}": ${error.message}`, { details: error.details, cause: error });
}
