import type { ParsedDocument } from '../segments.ts';

/** A target with the tags of its source and other words: what a perfect translator of any words would give back. */
function retext(source: string, words: () => string): string {
  return source.split(/(<\/?\d+\/?>)/).map((part, index) => (index % 2 === 0 && /\S/.test(part) ? words() : part)).join('');
}

/** Every segment with other words, one text after another from the list. */
export function retextAll(document: ParsedDocument, texts: readonly string[], translate: (source: string, words: () => string) => string = retext): string {
  let next = 0;
  const words = (): string => texts[next++ % texts.length] ?? 'text';
  return document.render(new Map(document.segments.map(({ id, source }) => [id, translate(source, words)])));
}
