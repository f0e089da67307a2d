import { rankSentences, splitSentences } from '@glm-tasks/task';

/** The first sentences. */
export function takeLead(text: string, count: number): string {
  return splitSentences(text).slice(0, count).join('\n');
}

/** The most central sentences, in the order of the text. */
export function takeCentral(text: string, count: number): string {
  const ranked = rankSentences(text).map((sentence, index) => ({ ...sentence, index }));
  const chosen = ranked.toSorted((a, b) => b.score - a.score || a.index - b.index).slice(0, count);
  return chosen.toSorted((a, b) => a.index - b.index).map((sentence) => sentence.text).join('\n');
}

export function takeCharacters(text: string, count: number): string {
  return [...text].slice(0, count).join('');
}
