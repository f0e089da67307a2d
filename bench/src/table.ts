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

function format(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return size >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
}
