import { cutProse, joinProse } from './fit-length.ts';
import { listRuns } from './measure-repetition.ts';

/** Share of the runs of four words of a scene that may have stood before. Most scenes have less, and a story as a whole stays below a tenth. */
const MOST = 0.15;

/**
 * A new scene without the sentences that say most of what was said before, word for word, until little of it did. One that is kept may repeat:
 * it tells an event.
 */
export function trimRepetition(scene: string, before: string, keep: (sentence: string) => boolean): string {
  const told = new Set(cutProse(before).flatMap(listRuns));
  let text = scene;
  for (;;) {
    const sentences = cutProse(text);
    const counts = countRepeated(sentences, told);
    const runs = counts.reduce((sum, { all }) => sum + all, 0);
    const repeated = counts.reduce((sum, { again }) => sum + again, 0);
    if (repeated <= runs * MOST) return text;
    const free = counts.filter(({ again }, index) => again > 0 && !keep(sentences[index]!));
    if (free.length === 0) return text;
    const worst = counts.indexOf(free.reduce((one, other) => (other.again > one.again ? other : one)));
    text = joinProse(text, (_, index) => index !== worst);
  }
}

function countRepeated(sentences: readonly string[], told: ReadonlySet<string>): { all: number; again: number }[] {
  const seen = new Set(told);
  return sentences.map((sentence) => {
    const runs = listRuns(sentence);
    const again = runs.filter((run) => seen.has(run)).length;
    for (const run of runs) seen.add(run);
    return { all: runs.length, again };
  });
}
