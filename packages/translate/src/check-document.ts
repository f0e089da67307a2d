import { TaskError } from '@glm-tasks/core';
import { detectLanguage, readLanguage } from '@glm-tasks/task';
import { z } from 'zod';
import { checkStructure } from './check-structure.ts';
import { checkTranslation, type Problem } from './check-translation.ts';
import { detectFormat } from './detect-format.ts';
import { openGlossary } from './glossary.ts';
import { maskText } from './mask.ts';
import { pairEntries, pairSegments, type SegmentPair } from './pair-segments.ts';
import { formatName, language, termInput } from './schema.ts';
import { withoutMarks } from './split-source.ts';
import { isAlreadyIn } from './translate-segment.ts';

const input = z.object({
  source: z.string(),
  /** An existing translation of it. */
  target: z.string(),
  /** @default told by the translation */
  to: language.optional(),
  from: language.optional(),
  format: formatName.optional(),
  glossary: z.array(termInput).default([]),
});

export interface CheckedSegment {
  id: string;
  /** In the source; of what has none, in the translation. */
  place: string;
  source: string;
  /** Undefined where the translation has nothing in this place. */
  target?: string;
  /** Where that stands, in the translation. */
  targetPlace?: string;
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
    throw new TaskError('invalid_input', `"${issue?.path.join('.')}" does not fit: ${issue?.message}.`, { details: { field: issue?.path.join('.') } });
  }
  const { source, target, format = detectFormat(undefined, source), glossary } = parsed.data;
  const structure = checkStructure(source, target, format);
  const pair = (to: string) => (format === 'po' ? pairEntries(source, target) : pairSegments(source, target, format, to));
  // The branches of plurals hang on the language, their texts tell it all the same.
  const texts = pair('en').filter(({ isText, problem }) => isText || problem !== undefined);
  const from = parsed.data.from ?? detectLanguage(texts.map(({ source }) => source).join('\n'));
  const to = parsed.data.to ?? tellTarget(texts, from);
  const pairs = pair(to);
  const terms = openGlossary(glossary);
  const segments = pairs.map(({ isText, problem, ...pair }): CheckedSegment => {
    if (problem !== undefined) return { ...pair, issues: [problem], isBroken: true };
    const problems = isText ? compare(pair.source, pair.target ?? '') : [];
    return { ...pair, issues: problems.map(({ message }) => message), isBroken: problems.some(({ fatal }) => fatal) };
  });
  const isBroken = structure.length > 0 || segments.some((segment) => segment.isBroken);
  return { structure, status: isBroken ? 'broken' : segments.some(({ issues }) => issues.length > 0) ? 'doubtful' : 'good', segments };

  function compare(text: string, translated: string): Problem[] {
    const [given, said] = [maskText(text), maskText(translated)];
    const options = { source: withoutMarks(given.text, given), from, to, terms: terms.findIn(text).filter(({ keep }) => !keep), instructions: '' };
    if (!/\p{L}/u.test(options.source) || isAlreadyIn(text, from, to)) return [];
    return checkTranslation(withoutMarks(said.text, said), options).map((problem) => ({ ...problem, message: problem.message.replaceAll('the answer', 'the translation') }));
  }
}

function tellTarget(texts: readonly SegmentPair[], from: string): string {
  const to = detectLanguage(texts.map(({ target = '' }) => target).join('\n'));
  if (to !== 'und' && readLanguage(to).language !== readLanguage(from).language) return to;
  const found = to === 'und' ? 'in no language that can be told' : `in "${to}", as its source is`;
  throw new TaskError('invalid_input', `The translation seems to be ${found}: say which language it should be in ("to").`, { details: { field: 'to' } });
}
