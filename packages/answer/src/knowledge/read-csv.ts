import { TaskError } from '@glm-tasks/core';

export interface CsvRow {
  /** Of its first character, from 1. */
  line: number;
  fields: string[];
}

/**
 * Rows of a table as RFC 4180 describes it: fields in quotes may hold the separator, line breaks and doubled quotes. Rows without any text
 * are left out. Comma, semicolon or tab, whichever the first line has most of.
 *
 * @throws TaskError `invalid_input` for a quote that is never closed or is followed by text
 */
export function readCsv(text: string, name: string): CsvRow[] {
  const separator = findSeparator(text);
  const plain = new RegExp(`[^${separator}\r\n]*`, 'y');
  const quoted = /"([^"]*(?:""[^"]*)*)"(?!") */y;
  const rows: CsvRow[] = [];
  let row: CsvRow = { line: 1, fields: [] };
  let line = 1;
  for (let at = 0; ; ) {
    const isQuoted = text[at] === '"';
    const pattern = isQuoted ? quoted : plain;
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) throw wrongQuote(name, line, 'a quote is opened and never closed');
    row.fields.push(isQuoted ? (found[1] as string).replaceAll('""', '"') : found[0].trim());
    line += found[0].match(/\n|\r(?!\n)/g)?.length ?? 0;
    at = pattern.lastIndex;
    if (at < text.length && text[at] === separator) {
      at++;
      continue;
    }
    if (at < text.length && text[at] !== '\n' && text[at] !== '\r') throw wrongQuote(name, line, 'text follows a closed quote');
    if (row.fields.some((field) => field.trim() !== '')) rows.push(row);
    if (at >= text.length) return rows;
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line++;
    row = { line, fields: [] };
  }
}

function findSeparator(text: string): ',' | ';' | '\t' {
  const [head = ''] = text.split(/[\r\n]/, 1);
  const count = (mark: string) => head.split(mark).length;
  return count('\t') > Math.max(count(','), count(';')) ? '\t' : count(';') > count(',') ? ';' : ',';
}

function wrongQuote(name: string, line: number, what: string): TaskError {
  return new TaskError('invalid_input', `"${name}", line ${line}: ${what}. Write a quote inside a quoted field as two.`, { details: { source: name, line } });
}
