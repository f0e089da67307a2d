import { readLanguage } from '@glm-tasks/task';

const segmenters = new Map<string, Intl.Segmenter>();

/**
 * Share of the runs of four words of a text that stood in it before, 0 to 1; in Chinese, words as the segmenter cuts them. What people write
 * for children has some percent, a loop has more than half.
 */
export function measureRepetition(text: string, language: string, before = ''): number {
  const words = wordsOf(text, language);
  const seen = new Set(runsOf(wordsOf(before, language)));
  let repeated = 0;
  const runs = runsOf(words);
  for (const run of runs) {
    if (seen.has(run)) repeated++;
    seen.add(run);
  }
  return runs.length === 0 ? 0 : repeated / runs.length;
}

/** Letters and digits only, in lower case: two writings of one sentence are the same. */
export function normalizeProse(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** The runs of four words of a sentence. */
export function listRuns(sentence: string): string[] {
  return runsOf(wordsOf(sentence, /\p{Script=Han}/u.test(sentence) ? 'zh' : 'en'));
}

function runsOf(words: readonly string[]): string[] {
  return words.slice(3).map((_, index) => words.slice(index, index + 4).join(' '));
}

function wordsOf(text: string, tag: string): string[] {
  const { language } = readLanguage(tag);
  let segmenter = segmenters.get(language);
  if (!segmenter) segmenters.set(language, (segmenter = new Intl.Segmenter(language, { granularity: 'word' })));
  return [...segmenter.segment(text.toLowerCase())].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}
