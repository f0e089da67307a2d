import { TaskError } from '@glm-tasks/core';
import { detectLanguage } from '@glm-tasks/task';
import { z } from 'zod';
import { checkStructure } from './check-structure.ts';
import { checkTranslation, type Problem } from './check-translation.ts';
import { detectFormat } from './detect-format.ts';
import { openGlossary } from './glossary.ts';
import { maskText } from './mask.ts';
import { parseDocument } from './parse-document.ts';
import { formatName, language, termInput } from './schema.ts';
import type { Segment } from './segments.ts';
import { withoutMarks } from './split-source.ts';

const input = z.object({
  source: z.string(),
  /** An existing translation of it. */
  target: z.string(),
  to: language,
  from: language.optional(),
  format: formatName.optional(),
  glossary: z.array(termInput).default([]),
});

export interface CheckedSegment {
  id: string;
  place: string;
  source: string;
  /** Undefined where the translation has nothing in this place. */
  target?: string;
  /** In plain words; empty for one that passes. */
  issues: string[];
  /** Whether an issue means that it is no translation, or a broken one. */
  isBroken: boolean;
}

export interface CheckedDocument {
  /** broken: segments are missing, untranslated or damaged. doubtful: some should be looked at. */
  status: 'good' | 'doubtful' | 'broken';
  /** What is lost or damaged: placeholders, tags, keys, blocks, timings. */
  structure: string[];
  /** Of a PO file, which holds both languages, none. */
  segments: CheckedSegment[];
}

/**
 * Holds an existing translation against its source, without a model: both are taken apart, and what stands in the same place goes through the
 * checks of `translate`. Throws `invalid_input` for a file that is not of its format.
 *
 * @example
 * const { status, structure } = checkDocument({ source: '{ "save": "Save {count} files" }', target: '{ "save": "保存文件" }', to: 'zh' });
 * status; // 'broken'
 * structure; // ['line 1, save: {count} is missing']
 */
export function checkDocument(given: z.input<typeof input>): CheckedDocument {
  const parsed = input.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new TaskError('invalid_input', `checkDocument: "${issue?.path.join('.')}" does not fit: ${issue?.message}.`, { details: { field: issue?.path.join('.') } });
  }
  const { source, target, to, format = detectFormat(undefined, source), glossary } = parsed.data;
  const structure = checkStructure(source, target, format);
  const [sources, targets] = [source, target].map((text) => (format === 'po' ? [] : parseDocument(text, format, { to }).segments)) as [Segment[], Segment[]];
  const from = parsed.data.from ?? detectLanguage(sources.filter(({ translatable }) => translatable).map((segment) => segment.source).join('\n'));
  const found = new Map(targets.map((segment) => [segment.id, segment]));
  const terms = openGlossary(glossary);
  const segments = sources.map((segment): CheckedSegment => {
    const { id, place } = segment;
    const other = found.get(id);
    found.delete(id);
    const base = { id, place, source: segment.source };
    if (!other) return { ...base, issues: ['is missing from the translation'], isBroken: true };
    const problems = segment.translatable ? compare(segment.source, other.source) : [];
    return { ...base, target: other.source, issues: problems.map(({ message }) => message), isBroken: problems.some(({ fatal }) => fatal) };
  });
  for (const { id, place, source: text } of found.values()) segments.push({ id, place, source: '', target: text, issues: ['has no source'], isBroken: true });
  const isBroken = structure.length > 0 || segments.some((segment) => segment.isBroken);
  return { structure, status: isBroken ? 'broken' : segments.some(({ issues }) => issues.length > 0) ? 'doubtful' : 'good', segments };

  function compare(text: string, translated: string): Problem[] {
    const [given, said] = [maskText(text), maskText(translated)];
    const options = { source: withoutMarks(given.text, given), from, to, terms: terms.findIn(text).filter(({ keep }) => !keep), instructions: '' };
    return /\p{L}/u.test(options.source) ? checkTranslation(withoutMarks(said.text, said), options) : [];
  }
}
