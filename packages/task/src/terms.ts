const unspaced = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}ー';
const runs = new RegExp(`[${unspaced}]+|(?:(?![${unspaced}])[\\p{L}\\p{M}\\p{N}'’])+`, 'gu');
const startsUnspaced = new RegExp(`^[${unspaced}]`, 'u');
/** They hold a Chinese sentence together and say nothing; a bigram across one is chance. */
const functionCharacters = /[的了着是在和与及或也就都而吗呢吧啊呀嘛这那我你他她它们之其个一]+/u;
const stopWords = new Set(
  'a an the and or but if of to in on at for with by from as is are was were be been being it its this that these those he she they them his her their we our us you your i my me not no so do does did have has had will would could should can may might about into over than then there here what which who when where how also just very more most some any all each other such only own same too out up down off again because while during before after between'.split(' '),
);

/** Letters of a word that count: a cheap stem for the languages that bend the ends of their words. */
const STEM = 6;

/**
 * What a text is about, as terms two texts can share: stems of words without stop words; bigrams of characters where words are not spaced.
 * A bigram is told from a stem by {@link isBigram}.
 */
export function findTerms(text: string): Set<string> {
  const terms = new Set<string>();
  for (const [run] of text.toLowerCase().matchAll(runs)) {
    if (startsUnspaced.test(run)) addBigrams(run, terms);
    else addStem(run.replace(/^['’]+|['’].*$/gu, ''), terms);
  }
  return terms;
}

export function isBigram(term: string): boolean {
  return startsUnspaced.test(term);
}

function addBigrams(run: string, terms: Set<string>): void {
  for (const part of run.split(functionCharacters)) {
    let before = '';
    for (const character of part) {
      if (before !== '') terms.add(before + character);
      before = character;
    }
  }
}

function addStem(word: string, terms: Set<string>): void {
  // Numbers are compared by their value, elsewhere.
  if (word.length < 2 || stopWords.has(word) || !/\p{L}/u.test(word)) return;
  const ending = word.length > 4 ? /(?:ings?|edly|ed|es|s|ly|e)$/ : word.length > 3 ? /s$/ : undefined;
  const stem = word.replace(/(?:ies|ied)$/, 'y');
  terms.add((ending === undefined ? stem : stem.replace(ending, '')).slice(0, STEM));
}
