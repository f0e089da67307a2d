import { TaskError } from '@glm-tasks/core';

export interface Line {
  /** Without its line break. */
  text: string;
  start: number;
  end: number;
  /** From 1. */
  number: number;
}

/** LF, CRLF and CR all end a line. */
export function readLines(text: string): Line[] {
  const lines: Line[] = [];
  const breaks = /\r\n|\n|\r/g;
  let start = 0;
  for (let number = 1; ; number++) {
    const found = breaks.exec(text);
    const end = found?.index ?? text.length;
    lines.push({ text: text.slice(start, end), start, end, number });
    if (!found) return lines;
    start = breaks.lastIndex;
  }
}

export function newlineOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}

/** Line and column of offsets, asked in any order. */
export function createLineFinder(text: string): (offset: number) => number {
  const starts = readLines(text).map(({ start }) => start);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

export function invalid(what: string, line: number, problem: string): TaskError {
  return new TaskError('invalid_input', `The ${what} is not valid at line ${line}: ${problem}.`, { details: { format: what, line } });
}
