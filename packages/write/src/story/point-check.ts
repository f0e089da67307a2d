import { createSupportFinder, findTerms } from '@glm-tasks/task';

export interface PointCheck {
  isCovered(point: string): boolean;
  /** Where in the text a point is told: offsets of its best passage, if it is told. */
  placeOf(point: string): { start: number; end: number } | undefined;
  /** Verbatim passages that tell any of the points. */
  tells(points: readonly string[]): (sentence: string) => boolean;
}

/**
 * Whether a chapter tells an event of the outline: its content words stand close together in it (as `findSupport` judges a statement against a
 * source), and so does each of the story's names that the event has.
 */
export function createPointCheck(text: string, names: readonly string[]): PointCheck {
  const find = createSupportFinder(text);
  const isNamed = (point: string) => names.every((name) => !point.includes(name) || isMentioned(text, name));
  const isCovered = (point: string) => find(point).supported && isNamed(point);
  return {
    isCovered,
    placeOf: (point) => (isCovered(point) ? find(point).sources[0] : undefined),
    tells(points) {
      const telling = points.filter(isCovered).flatMap((point) => find(point).sources.slice(0, 2));
      return (sentence) => telling.some(({ text: passage }) => passage.includes(sentence.trim()) || sentence.includes(passage.trim()));
    },
  };
}

const TITLES = new Set(['Mr', 'Mrs', 'Miss', 'Ms', 'Dr', 'Sir', 'Lady', 'Captain', 'Professor', 'Uncle', 'Aunt', 'Old', 'Young', 'Little', 'The']);

/** A name of several words is mentioned by any of them that is no title: "Ines", "Mr. Doyle". Others stand there as they are. */
export function isMentioned(text: string, name: string): boolean {
  if (text.includes(name)) return true;
  const parts = name.split(/[\s.]+/u).filter((part) => part.length > 2 && /^\p{Lu}/u.test(part) && !TITLES.has(part));
  return parts.some((part) => new RegExp(`(?<![\\p{L}])${escapePattern(part)}(?![\\p{L}])`, 'u').test(text));
}

/** "Doyle" and "Mr Doyle" are one person. */
export function isSameName(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase().trim(), other.toLowerCase().trim()];
  return a === b || [[a, b], [b, a]].some(([long, short]) => long!.startsWith(`${short} `) || long!.endsWith(` ${short}`));
}

/** Whether two events are one and the same, said twice. */
export function isSameEvent(one: string, other: string, least = 0.8): boolean {
  const [terms, others] = [findTerms(one), findTerms(other)];
  const shared = [...terms].filter((term) => others.has(term)).length;
  return terms.size > 1 && shared / Math.max(1, Math.min(terms.size, others.size)) >= least;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&');
}
