import { measureLength } from '@glm-tasks/task';
import type { Draft } from './draft-passage.ts';
import { measureRepetition } from './measure-repetition.ts';
import { createPointCheck } from './point-check.ts';
import type { StoryFrame } from './story-frame.ts';

export interface Choosing {
  points: readonly string[];
  names: readonly string[];
  /** The story so far. */
  before: string;
  wanted: number;
  frame: Pick<StoryFrame, 'language' | 'unit'>;
}

/** The draft that tells most of its events, is of about the right length and says little that was said before. Of equals the first. */
export function chooseDraft(drafts: readonly Draft[], choosing: Choosing): Draft {
  const scores = drafts.map((draft) => scoreDraft(draft, choosing));
  return drafts[scores.indexOf(Math.max(...scores))]!;
}

function scoreDraft({ text, flaw, isEnded }: Draft, { points, names, before, wanted, frame }: Choosing): number {
  const length = measureLength(text, frame.unit);
  if (length === 0) return -10;
  const { isCovered } = createPointCheck(text, names);
  const told = points.length === 0 ? 1 : points.filter(isCovered).length / points.length;
  const nearness = 1 - Math.min(1, Math.abs(length - wanted) / wanted);
  const paragraphs = text.split('\n\n').length;
  // A wall of text reads worse, and so does a list of one-line paragraphs.
  const shape = paragraphs === 1 && length > 120 ? 0.3 : 0;
  // Small models tell about a story where people who speak would show it.
  const speech = /[“"「]/u.test(text) ? 0.2 : 0;
  return 2 * told + 1.5 * nearness - 5 * measureRepetition(text, frame.language, before) - (flaw === undefined ? 0 : 0.5) + (isEnded ? 0.3 : 0) - shape + speech;
}
