/** Prints rows as a Markdown table, so that what an evaluation prints can be kept as it is. Numbers get one decimal unless they are whole. */
export function printTable(title: string, head: string[], rows: (string | number)[][]): void {
  const cells = [head, head.map(() => '---'), ...rows.map((row) => row.map((cell) => (typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(1) : `${cell}`)))];
  console.log(`\n${title}\n`);
  for (const row of cells) console.log(`| ${row.join(' | ')} |`);
}

/** What a reader should look at with their own eyes, one a line. */
export function printList(title: string, items: readonly string[]): void {
  console.log(`\n${title}: ${items.length === 0 ? 'none' : items.length}`);
  for (const item of items) console.log(`- ${item.replace(/\s+/gu, ' ')}`);
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} % (${part} of ${whole})`;
}
