import type { ParsedDocument, Segment } from '../segments.ts';

/** A stretch of the document that is written anew when one of its segments has a target. */
export interface Slot {
  start: number;
  end: number;
  segments: Segment[];
  /** `slice` gives the document's own text, with the slots inside that stretch already written. */
  print(targets: (string | undefined)[], slice: (start: number, end: number) => string): string;
  /** Written whenever anything is, as the header of a PO file. */
  always?: boolean;
}

interface Nested extends Slot {
  children: Nested[];
}

/** The one way back: every format edits the source by offsets, so what is no slot cannot change. */
export function assemble(text: string, slots: Slot[]): ParsedDocument {
  const segments = slots.flatMap((slot) => slot.segments);
  nameApart(segments);
  const roots = nest(slots);
  function render(targets: ReadonlyMap<string, string>): string {
    const writeAll = (inside: Nested[], start: number, end: number): string => {
      const parts: string[] = [];
      let position = start;
      for (const slot of inside) {
        if (slot.start < position || slot.end > end) continue;
        parts.push(text.slice(position, slot.start), write(slot));
        position = slot.end;
      }
      return parts.join('') + text.slice(position, end);
    };
    const write = (slot: Nested): string => {
      const given = slot.segments.map(({ id }) => oneLine(targets.get(id)));
      const kept = given.every((target) => target === undefined) && !(slot.always === true && targets.size > 0);
      return kept ? writeAll(slot.children, slot.start, slot.end) : slot.print(given, (start, end) => writeAll(slot.children, start, end));
    };
    return writeAll(roots, 0, text.length);
  }
  return { segments, render };
}

/** No segment holds a line break, so none of its translations may; a blank one would take its block away. */
function oneLine(target: string | undefined): string | undefined {
  const line = target?.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ').trim();
  return line === '' ? undefined : line;
}

/** Duplicate keys are two texts with two ids. */
function nameApart(segments: Segment[]): void {
  const used = new Set<string>();
  for (const segment of segments) {
    const name = segment.id;
    for (let count = 2; used.has(segment.id); count++) segment.id = `${name}#${count}`;
    used.add(segment.id);
  }
}

function nest(slots: Slot[]): Nested[] {
  const roots: Nested[] = [];
  const open: Nested[] = [];
  for (const slot of slots.map((slot): Nested => ({ ...slot, children: [] })).sort((a, b) => a.start - b.start || b.end - a.end)) {
    while (open.length > 0 && slot.end > open.at(-1)!.end) open.pop();
    (open.at(-1)?.children ?? roots).push(slot);
    open.push(slot);
  }
  return roots;
}
