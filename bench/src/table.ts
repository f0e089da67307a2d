/** Prints rows as a Markdown table, so that what a bench prints can be kept as it is. */
export function printTable(title: string, head: string[], rows: (string | number)[][]): void {
  const cells = [head, head.map(() => '---'), ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? format(cell) : cell)))];
  console.log(`\n${title}\n`);
  for (const row of cells) console.log(`| ${row.join(' | ')} |`);
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const format = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2));
