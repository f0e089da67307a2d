import { measureLength, type LengthUnit } from '@glm-tasks/task';

/** Stretches of whole lines, each of `least` to `most` words or characters where the lines allow it: lengths vary, deterministically. What is left over at the end is dropped. */
export function cutExcerpts(text: string, unit: LengthUnit, least: number, most: number): string[] {
  const excerpts: string[] = [];
  let lines: string[] = [];
  let length = 0;
  for (const line of text.split('\n')) {
    lines.push(line);
    length += measureLength(line, unit);
    const wanted = least + ((excerpts.length * 0.37) % 1) * (most - least);
    if (length < wanted) continue;
    excerpts.push(lines.join('\n'));
    [lines, length] = [[], 0];
  }
  return excerpts;
}

/** Takes from the lists in turn, so that a long document does not crowd out the others. */
export function takeInTurn<T>(lists: readonly (readonly T[])[], count: number): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  const taken: T[] = [];
  for (let index = 0; index < longest; index++) for (const list of lists) if (index < list.length) taken.push(list[index] as T);
  return taken.slice(0, count);
}
