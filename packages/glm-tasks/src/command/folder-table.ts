import type { Tally } from '../tasks.ts';
import { paint } from './shell.ts';
import type { Shell } from './shell.ts';

export interface TableRow {
  file: string;
  /** Instead of numbers, what went wrong. */
  tally: Tally | string;
}

/** A row a file on stderr, and their sum where there are several; columns that are 0 in all of them are left out. */
export function printTable(rows: readonly TableRow[], shell: Pick<Shell, 'stderr' | 'env'>): void {
  const tallies = rows.flatMap(({ tally }) => (typeof tally === 'string' ? [] : [tally]));
  const names = [...new Set(tallies.flatMap((tally) => Object.keys(tally)))].filter((name, index) => index === 0 || tallies.some((tally) => (tally[name] ?? 0) > 0));
  const sum = Object.fromEntries(names.map((name) => [name, tallies.reduce((total, tally) => total + (tally[name] ?? 0), 0)]));
  const lines = [...rows, ...(tallies.length > 1 ? [{ file: `${rows.length} files`, tally: sum }] : [])];
  const width = Math.max(4, ...lines.map(({ file }) => file.length));
  const cells = ({ tally }: TableRow): string => (typeof tally === 'string' ? `  ${tally}` : names.map((name) => String(tally[name] ?? 0).padStart(name.length + 2)).join(''));
  shell.stderr.write(`${paint(shell, 'dim', `${'file'.padEnd(width)}${names.map((name) => `  ${name}`).join('')}`)}\n`);
  for (const line of lines) shell.stderr.write(`${line.file.padEnd(width)}${cells(line)}\n`);
}
