import type { Term } from './schema.ts';

export interface Glossary {
  /** The terms a text has, longest first; one that only occurs inside a longer one is left out. */
  findIn(text: string): Term[];
}

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/**
 * Terms are found without regard to case unless they say otherwise. Of scripts with spaces whole words are meant, with the endings of a plural.
 *
 * @example
 * openGlossary([{ source: 'ferry', target: '渡轮', caseSensitive: false }]).findIn('Two ferries left.'); // the term
 */
export function openGlossary(terms: readonly Term[]): Glossary {
  const known = terms
    .map((term) => ({ term, pattern: patternOf(term.source, term.caseSensitive), clue: clueOf(term.source) }))
    .sort((a, b) => b.term.source.length - a.term.source.length);
  return {
    findIn(text) {
      const lowered = text.toLowerCase();
      let rest = text;
      const found = known.filter(({ pattern, clue }) => {
        if (!lowered.includes(clue)) return false;
        const before = rest;
        rest = rest.replace(pattern, '\u0000');
        return rest !== before;
      });
      return found.map(({ term }) => term);
    },
  };
}

/** The term as it stands in a text, in every writing it has there. */
export function findWritings(text: string, { source, caseSensitive }: Term): string[] {
  return [...new Set(text.match(patternOf(source, caseSensitive)))];
}

/** The terms whose translation a text does not have. */
export function findMissedTerms(target: string, terms: readonly Term[]): Term[] {
  return terms.filter((term) => term.target !== undefined && !target.match(patternOf(term.target, term.caseSensitive)));
}

/** A text with the translations of its terms in their places: a model copies what it finds half translated. */
export function putTerms(text: string, terms: readonly Term[]): string {
  return terms.reduce((put, { source, target, caseSensitive }) => (target === undefined ? put : put.replace(patternOf(source, caseSensitive), () => target)), text);
}

/** What a text with the term has in any case: looked for first, because thousands of patterns take their time. */
function clueOf(term: string): string {
  return (term.toLowerCase().split(/\s/u)[0] as string).replace(/(?<=.)y$/, '');
}

/** Not `\b`, which knows ASCII only. */
function patternOf(term: string, caseSensitive: boolean): RegExp {
  const spaces = term.trim().split(/\s+/u).map((word) => word.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
  const body = spaces.join('\\s+');
  const before = /^[\p{L}\p{N}]/u.test(term) && !unspaced.test(term[0] as string) ? '(?<!(?!\\p{Script=Han})[\\p{L}\\p{N}])' : '';
  const endsInWord = /[\p{L}\p{N}]$/u.test(term) && !unspaced.test(term.at(-1) as string);
  return new RegExp(`${before}${endsInWord ? bend(body) : body}`, caseSensitive ? 'gu' : 'giu');
}

/** A word before other letters of its own script is another word; before an ideograph it is not. */
function bend(word: string): string {
  const stem = /[^aeiou]y$/i.test(word) ? `${word.slice(0, -1)}(?:y|ies)` : `${word}(?:e?s)?`;
  return `${stem}(?!(?!\\p{Script=Han})[\\p{L}\\p{N}])`;
}
