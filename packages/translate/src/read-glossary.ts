import { TaskError } from '@glm-tasks/core';
import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import type { z } from 'zod';
import { createLineFinder } from './formats/lines.ts';
import { termInput } from './schema.ts';

/** What the third column may say. */
const KEEP = /^(?:keep|yes|true|x|1)$/i;
const HEADER = /^(?:source|term|原文|术语)$/i;
/** No table begins so, but with a placeholder one may: `{name},…`. */
const JSON_START = /^\s*(?:\[\s*[{\]]|\{\s*["}])/;

/**
 * A glossary out of a table: a term and its translation on each line, with commas or tabs between them, quotes as in CSV around a field that
 * needs them. An empty translation with `keep` in the third column, or `=` as the translation, leaves a term as it is. A first line that begins with
 * "source" or "term" is a header; empty lines and lines that begin with # are passed over. JSON is read too: what `translate` takes as `glossary`, or an object of terms and translations.
 *
 * @throws TaskError `invalid_input`, naming the line or the entry
 *
 * @example
 * readGlossary('source,target\nferry,轮渡\nKestrel,=\n'); // [{ source: 'ferry', target: '轮渡' }, { source: 'Kestrel', keep: true }]
 */
export function readGlossary(text: string): z.input<typeof termInput>[] {
  const terms: z.input<typeof termInput>[] = [];
  if (JSON_START.test(text.replace(/^\ufeff/, ''))) return readJson(text.replace(/^\ufeff/, ''));
  for (const [index, line] of text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [source = '', target = '', keep = ''] = readFields(line, line.includes('\t') ? '\t' : ',', index + 1);
    if (terms.length === 0 && HEADER.test(source)) continue;
    if (source === '') throw invalid(index + 1, 'it has no term');
    if (target === '=' || (target === '' && KEEP.test(keep))) terms.push({ source, keep: true });
    else if (target === '') throw invalid(index + 1, `"${source}" has no translation; give one, or "=" to keep the term as it is`);
    else terms.push({ source, target });
  }
  return terms;
}

function readJson(text: string): z.input<typeof termInput>[] {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error) throw invalid(createLineFinder(text)(error.offset), `it is no JSON (${printParseErrorCode(error.error)})`);
  const entries = Array.isArray(value) ? (value as unknown[]) : Object.entries(value as object).map(([source, target]: [string, unknown]) => (target === '=' ? { source, keep: true } : { source, target }));
  return entries.map((entry, index) => {
    const { data, error } = termInput.safeParse(entry);
    if (data) return data;
    throw new TaskError('invalid_input', `The glossary is not valid at entry ${index + 1}, ${JSON.stringify(entry).slice(0, 80)}: ${error.issues[0]?.message}.`, { details: { entry: index + 1 } });
  });
}

function readFields(line: string, separator: ',' | '\t', number: number): string[] {
  const fields: string[] = [];
  const field = new RegExp(`\\s*(?:"((?:[^"]|"")*)"\\s*|((?!\\s*")[^${separator}]*))(${separator}|$)`, 'y');
  for (let end = false; !end; ) {
    const found = field.exec(line);
    if (!found) throw invalid(number, 'its quotes do not close');
    fields.push((found[1]?.replaceAll('""', '"') ?? found[2] ?? '').trim());
    end = found[3] === '';
  }
  return fields;
}

function invalid(line: number, problem: string): TaskError {
  return new TaskError('invalid_input', `The glossary is not valid at line ${line}: ${problem}.`, { details: { line } });
}
