import { weigh } from './languages.ts';
import { maskText } from './mask.ts';
import type { Segment } from './segments.ts';

export type Aligned = [source: Segment | undefined, target: Segment | undefined];

/** What tells whether two texts may say the same. */
interface Traits {
  /** An alternative text goes with an alternative text. */
  kind: string;
  text: string;
  size: number;
  /** Code, addresses, placeholders and digits, which a translation has too. */
  kept: ReadonlySet<string>;
}

/** What leaving a text alone costs; two of them are dearer than a pair of doubtful likeness. */
const ALONE = -0.1;
/** As far apart in size as no translation is. */
const FAR = Math.log(2.6);
/** Small texts differ more. */
const SLACK = 8;
/** How far the places of two texts may differ, beside what the one document has more than the other. */
const DRIFT = 100;
/** Cells of the table; beyond that, texts are taken in their order. */
const MOST = 20_000_000;

/**
 * Which texts of two documents belong together, in order: as many as there are by their places, else by size and by what both must have (dynamic
 * programming as in Gale and Church 1993, without joined pairs). What one has and the other has not stands alone.
 */
export function alignSegments(sources: readonly Segment[], targets: readonly Segment[]): Aligned[] {
  const [here, there] = [sources, targets].map((segments) => segments.map(traitsOf)) as [Traits[], Traits[]];
  const isSame = here.length === there.length && here.every(({ kind }, index) => kind === there[index]?.kind);
  const reach = Math.abs(here.length - there.length) + DRIFT;
  /** Of each source the places around its own. */
  const span = 2 * reach + 2;
  const cells = (here.length + 1) * span;
  if (isSame || cells > MOST) return Array.from({ length: Math.max(here.length, there.length) }, (_, index): Aligned => [sources[index], targets[index]]);

  const best = new Float64Array(cells).fill(-Infinity);
  /** 0: a pair; 1: a source alone; 2: a target alone. */
  const step = new Uint8Array(cells);
  const cellOf = (row: number, column: number): number => row * span + column - row + reach;
  for (let row = 0; row <= here.length; row++) {
    for (let column = Math.max(0, row - reach); column <= Math.min(there.length, row + reach); column++) {
      const at = cellOf(row, column);
      const pair = row > 0 && column > 0 ? best[at - span]! + likeness(here[row - 1]!, there[column - 1]!) : -Infinity;
      const sourceAlone = row > 0 ? best[at - span + 1]! + ALONE : -Infinity;
      const targetAlone = column > 0 ? best[at - 1]! + ALONE : -Infinity;
      const most = row === 0 && column === 0 ? 0 : Math.max(pair, sourceAlone, targetAlone);
      best[at] = most;
      step[at] = most === pair ? 0 : most === sourceAlone ? 1 : 2;
    }
  }
  const aligned: Aligned[] = [];
  for (let row = here.length, column = there.length; row > 0 || column > 0; ) {
    const way = step[cellOf(row, column)];
    aligned.push([way === 2 ? undefined : sources[--row], way === 1 ? undefined : targets[--column]]);
  }
  return aligned.toReversed();
}

function traitsOf({ id, source }: Segment): Traits {
  const kept = [...maskText(source).masks.map(({ original }) => original), ...(source.match(/\d+/g) ?? [])];
  return { kind: /:[\w-]+/.exec(id)?.[0] ?? '', text: source, size: Math.log(weigh(source) + SLACK), kept: new Set(kept) };
}

/** From 3 for texts that are alike in all to -1. */
function likeness(one: Traits, other: Traits): number {
  if (one.kind !== other.kind) return -Infinity;
  const size = Math.max(-1, 1 - Math.abs(one.size - other.size) / FAR);
  const all = new Set([...one.kept, ...other.kept]).size;
  const shared = [...one.kept].filter((each) => other.kept.has(each)).length;
  const equal = one.text === other.text ? 1 : 0;
  return size + equal + (all === 0 ? 0 : (2 * shared) / all - 0.5);
}
