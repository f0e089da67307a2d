import { cutsWord, findVerbatim } from './passages.ts';

/** Where a quote stands: `text` is `slice(start, end)` of the original, whatever the quote looked like. */
export type VerifiedQuote = { state: 'exact' | 'repaired'; start: number; end: number; text: string } | { state: 'not_found'; start: 0; end: 0; text: '' };

/** Part of a number where digits stand around or before it, so that 1.5 is not 15, nor 5 % a 5. */
const IN_NUMBER = /^(?:[.:/-]$|%)/;
/** Marks that close what the quote began, which a model likes to leave out. */
const CLOSING = /^[。．.!?！？…;；”’"'」』）)\]】》%％]/u;

/**
 * Finds a quote in a text. `exact`: it stands there character by character, as whole words. `repaired`: only white space, punctuation, case or the
 * form of characters differ (full width, ligatures, composed accents), and the text returned is the original's. Both ends of a quote of two lines may
 * be found, never one of two places that only together say it. Anything else is `not_found`: nothing is guessed.
 *
 * @example
 * verifyQuote('Opened in 1952 , by Ho', 'It was opened in 1952, by Ho.'); // { state: 'repaired', start: 7, end: 28, text: 'opened in 1952, by Ho' }
 */
export function verifyQuote(quote: string, text: string): VerifiedQuote {
  const asked = quote.trim();
  const verbatim = /[\p{L}\p{N}]/u.test(asked) ? findVerbatim(text, asked) : undefined;
  if (verbatim) return { state: 'exact', ...verbatim };
  const wanted = fold(asked).folded;
  if (wanted === '') return { state: 'not_found', start: 0, end: 0, text: '' };
  const { folded, starts, ends } = fold(text);
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    const last = at + wanted.length - 1;
    const start = starts[at] as number;
    const end = ends[last] as number;
    // A character may fold to several: only whole ones count.
    const isWhole = start !== starts[at - 1] && end !== ends[last + 1];
    if (isWhole && !cutsWord(text, start) && !cutsWord(text, end)) return { state: 'repaired', start, end: close(asked, text, end), text: text.slice(start, close(asked, text, end)) };
  }
  return { state: 'not_found', start: 0, end: 0, text: '' };
}

/** Takes the mark behind the quote in, where the quote had one there. */
function close(quote: string, text: string, end: number): number {
  return CLOSING.test(quote.slice(-1)) && CLOSING.test(text.slice(end)) ? end + 1 : end;
}

interface Folded {
  folded: string;
  /** Of every UTF-16 unit of `folded`: where in the text the character begins and ends that it came from. */
  starts: number[];
  ends: number[];
}

function fold(text: string): Folded {
  const units: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let start = 0;
  for (const character of text) {
    const end = start + character.length;
    // Decomposed, so that an accent of its own is the same as one on its letter.
    for (const part of character.normalize('NFKD').toLowerCase()) {
      if (!/[\p{L}\p{N}\p{M}\p{S}]/u.test(part) && !isInNumber(part, text, start, end)) continue;
      for (let unit = 0; unit < part.length; unit++) {
        units.push(part.charAt(unit));
        starts.push(start);
        ends.push(end);
      }
    }
    start = end;
  }
  return { folded: units.join(''), starts, ends };
}

function isInNumber(mark: string, text: string, start: number, end: number): boolean {
  if (!IN_NUMBER.test(mark)) return false;
  const isDigit = (index: number) => /\p{Nd}/u.test(text.charAt(index));
  return mark === '%' ? isDigit(start - 1) || (text.charAt(start - 1) === ' ' && isDigit(start - 2)) : isDigit(start - 1) && isDigit(end);
}
