import { TaskError } from './errors.ts';

// ASCII only and starting with a letter or digit: no traversal, no drive, no option, no URL, no look-alike letters.
const segment = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,95}$/;
const reservedOnWindows = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const mostSegments = 6;

/**
 * Splits a model name into its segments, or refuses it. It looks at the text alone, so that no name
 * reaches the file system or the network before it has been allowed.
 *
 * @throws TaskError `invalid_input` when a segment is not on the allow-list
 */
export function splitModelName(name: string): string[] {
  const segments = name.split('/', mostSegments + 1);
  if (segments.length <= mostSegments && segments.every(isSegment)) return segments;
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
  throw new TaskError(
    'invalid_input',
    `${shown} is not a model name. Use a catalog id such as "qwen2.5-coder-1.5b-instruct", ` +
      'owner/repository for a repository of the Hub, or owner/repository/file.gguf for a file of one.',
  );
}

/** Whether a text may be a part of a name, such as the owner of a repository. */
export function isSegment(text: string): boolean {
  return segment.test(text) && !text.endsWith('.') && !text.includes('..') && !reservedOnWindows.test(text);
}

/** The candidate that needs the fewest edits to become `name`. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0]?.candidate;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
