import { TaskError } from '@glm-tasks/core';
import { readCsv } from './read-csv.ts';

export type Data = Record<string, string | number | boolean>;

/** A question with what to say to it. */
export interface FaqRow {
  question: string;
  /** Other wordings of the question. */
  variants: string[];
  answer: string;
  /** Whatever else stands in the row. */
  data: Data;
}

export type FaqFormat = 'json' | 'jsonl' | 'csv';

/**
 * Questions and answers: a JSON list of `{ question, answer, variants? }` or one such object a line, or a table with these columns in its
 * first line (English or Chinese; variants are separated by `|` or line breaks). What else is in a row becomes its data.
 *
 * @throws TaskError `invalid_input` naming every row that cannot be used, and nothing is read: half an FAQ answers wrongly
 */
export function readFaq(text: string, format: FaqFormat, name: string): FaqRow[] {
  const { wording, rows } = format === 'csv' ? readTable(text, name) : format === 'jsonl' ? readLines(text) : readList(text, name);
  const problems: { at: number; problem: string }[] = [];
  const idsSeen = new Map<string, number>();
  const read = rows.flatMap(({ at, value }) => {
    const row = readRow(value);
    const id = typeof row === 'string' ? undefined : row.data['id'];
    const before = id === undefined ? undefined : idsSeen.get(`${id}`);
    const problem = typeof row === 'string' ? row : before === undefined ? undefined : `its id "${id}" is that of ${wording} ${before} too`;
    if (id !== undefined && before === undefined) idsSeen.set(`${id}`, at);
    if (problem === undefined) return [row as FaqRow];
    problems.push({ at, problem });
    return [];
  });
  if (problems.length === 0) return read;
  const listed = problems.slice(0, 5).map(({ at, problem }) => `${wording} ${at}: ${problem}`).join('; ');
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : '';
  throw new TaskError('invalid_input', `"${name}" has rows that cannot be used: ${listed}${more}. Put them right or take them out.`, {
    details: { source: name, rows: problems.map(({ at, problem }) => ({ [wording]: at, problem })) },
  });
}

interface Rows {
  /** What `at` counts. */
  wording: 'line' | 'entry';
  rows: { at: number; value: unknown }[];
}

function readList(text: string, name: string): Rows {
  const wrong = (why: string, cause?: unknown) =>
    new TaskError('invalid_input', `"${name}" is no FAQ: ${why}. An FAQ is a JSON list of { "question", "answer", "variants"? }; for any other text give kind: "plain".`, { details: { source: name }, cause });
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw wrong(`it is not JSON (${(error as Error).message})`, error);
  }
  if (!Array.isArray(list)) throw wrong('it is JSON, but no list');
  return { wording: 'entry', rows: list.map((value: unknown, index) => ({ at: index + 1, value })) };
}

function readLines(text: string): Rows {
  const lines = text.split('\n').map((line, index) => ({ at: index + 1, line })).filter(({ line }) => line.trim() !== '');
  return { wording: 'line', rows: lines.map(({ at, line }) => ({ at, value: parseLine(line) })) };
}

/** What is no JSON comes back as text, which is no row either. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

function readTable(text: string, name: string): Rows {
  const [head, ...rows] = readCsv(text, name);
  if (head === undefined) return { wording: 'line', rows: [] };
  const columns = head.fields.map((title) => columnNames.get(title.trim().toLowerCase()) ?? title.trim());
  const missing = ['question', 'answer'].filter((column) => !columns.includes(column));
  const twice = columns.find((column, index) => column !== '' && columns.indexOf(column) < index);
  const problem = missing.length > 0 ? `has no column "${missing.join('" and none "')}"` : twice === undefined ? undefined : `has two columns "${twice}"`;
  if (problem !== undefined) {
    throw new TaskError('invalid_input', `"${name}" ${problem}; its first line names the columns (question, answer, variants, or 问题, 答案, 相似问法).`, {
      details: { source: name, columns: head.fields },
    });
  }
  return { wording: 'line', rows: rows.map(({ line, fields }) => ({ at: line, value: toObject(columns, fields) })) };
}

function toObject(columns: readonly string[], fields: readonly string[]): unknown {
  if (fields.slice(columns.length).some((field) => field !== '')) return `it has ${fields.length} fields for ${columns.length} columns; is a quote missing?`;
  const entries = columns.flatMap((column, index) => (column === '' || (fields[index] ?? '') === '' ? [] : [[column, fields[index] as string] as const]));
  const { variants, ...row } = Object.fromEntries(entries);
  return { ...row, variants: variants?.split(/[|\r\n]+/) ?? [] };
}

const columnNames = new Map([
  ...['question', 'q', '问题', '标准问', '标准问题'].map((name) => [name, 'question'] as const),
  ...['answer', 'a', '答案', '回答'].map((name) => [name, 'answer'] as const),
  ...['variants', 'variant', '相似问', '相似问题', '相似问法', '其他问法'].map((name) => [name, 'variants'] as const),
]);

/** The row, or what is wrong with it. */
function readRow(value: unknown): FaqRow | string {
  if (typeof value === 'string' && value.startsWith('it has ')) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is no object';
  const { question, answer, variants = [], ...data } = value as Record<string, unknown>;
  for (const [key, text] of Object.entries({ question, answer })) {
    if (typeof text !== 'string' || text.trim() === '') return `it has no ${key}`;
  }
  if (!Array.isArray(variants) || variants.some((variant) => typeof variant !== 'string')) return 'its variants are no list of texts';
  const odd = Object.entries(data).find(([, item]) => !['string', 'number', 'boolean'].includes(typeof item));
  if (odd !== undefined) return `its "${odd[0]}" is neither text, number nor boolean`;
  return {
    question: (question as string).trim(),
    answer: (answer as string).trim(),
    variants: (variants as string[]).map((variant) => variant.trim()).filter((variant) => variant !== ''),
    data: data as Data,
  };
}
