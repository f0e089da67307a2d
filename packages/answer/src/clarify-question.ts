import type { Window } from './find-windows.ts';
import type { Wording } from './prompts.ts';
import type { Question } from './question.ts';

const SUBJECTS = 3;
/** Points at something nobody named: the whole of what the question is about. */
const BARE = /^\P{L}*(?:它|他|她|这|那|此|该|it|this|that|they|those|these|he|she)/iu;
const BARE_IN = /\b(?:it|this|that|they|them|those|these)\b/iu;
/** Ideographs, or twice the words, that may come with a pronoun without naming what it stands for. */
const LITTLE = 4;

/** What to ask back, where the question names nothing to look for: it has no content, or a pronoun and hardly more. Undefined where it can be answered. */
export function clarifyQuestion({ text, content }: Question, windows: readonly Window[], wording: Wording): string | undefined {
  const size = content.reduce((sum, part) => sum + (/\p{Script=Han}/u.test(part) ? [...part].length : 2), 0);
  const subjects = [...new Set(windows.map(({ title }) => title).filter((title) => title !== undefined))];
  const isBare = size === 0 || ((BARE.test(text) || BARE_IN.test(text)) && size <= LITTLE);
  // One document leaves no doubt what "it" is.
  if (!isBare || (size > 0 && new Set(windows.map(({ source, title }) => title ?? source)).size < 2)) return undefined;
  return subjects.length < 2 ? wording.clarify : wording.clarifyBetween(subjects.slice(0, SUBJECTS));
}
