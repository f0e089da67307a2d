import { alignSegments, type Aligned } from './align-segments.ts';
import { readPo, type PoEntry } from './formats/po-entries.ts';
import { parseDocument } from './parse-document.ts';
import type { Format, Segment } from './segments.ts';

/** A text and what stands in its place in a translation. */
export interface SegmentPair {
  id: string;
  place: string;
  source: string;
  target?: string;
  /** Where the target stands. */
  targetPlace?: string;
  /** Whether there is something to translate in it. */
  isText: boolean;
  /** Why there is nothing to compare. */
  problem?: string;
}

/** Formats whose segments are called by their lines, which a translation has others of. */
const UNNAMED: readonly Format[] = ['plain', 'markdown', 'html'];

/** The segments of two documents by their ids (a key, a subtitle), or, in prose, by their order. */
export function pairSegments(source: string, target: string, format: Format, to: string): SegmentPair[] {
  const [sources, targets] = [source, target].map((text) => parseDocument(text, format, { to }).segments) as [Segment[], Segment[]];
  const aligned = UNNAMED.includes(format) ? alignSegments(sources, targets) : matchIds(sources, targets);
  return aligned.map(([source, target]): SegmentPair => {
    if (!source) return { id: target?.id ?? '', place: target?.place ?? '', source: '', target: target?.source ?? '', targetPlace: target?.place ?? '', isText: false, problem: 'has no source' };
    const pair = { id: source.id, place: source.place, source: source.source, isText: source.translatable };
    return target ? { ...pair, target: target.source, targetPlace: target.place } : { ...pair, problem: 'is missing from the translation' };
  });
}

function matchIds(sources: readonly Segment[], targets: readonly Segment[]): Aligned[] {
  const left = new Map(targets.map((segment) => [segment.id, segment]));
  const pairs = sources.map((source): Aligned => {
    const target = left.get(source.id);
    left.delete(source.id);
    return [source, target];
  });
  return [...pairs, ...[...left.values()].map((target): Aligned => [undefined, target])];
}

/** The entries of two PO files, or of one, with their translations: the file holds both languages. */
export function pairEntries(source: string, target: string): SegmentPair[] {
  const keyOf = ({ context = '', id }: PoEntry): string => `${context}\u0004${id}`;
  const found = new Map(readPo(target).map((entry) => [keyOf(entry), entry]));
  return readPo(source)
    .filter(({ id }) => id !== '')
    .flatMap((entry): SegmentPair[] => {
      const { id, idPlural = id, line } = entry;
      const other = found.get(keyOf(entry));
      if (!other) return [{ id: keyOf(entry), place: `line ${line}`, source: id, isText: true, problem: 'is missing from the translation' }];
      const place = `line ${other.line}`;
      return other.translations.map((target, form): SegmentPair => {
        const pair = { id: `${keyOf(entry)}[${form}]`, targetPlace: place, place: entry.idPlural === undefined ? place : `${place}, form ${form}`, source: form === 0 ? id : idPlural, isText: /\p{L}/u.test(id) };
        if (target === '') return { ...pair, problem: 'is not translated' };
        // gettext shows the source in place of a fuzzy one.
        return other.isFuzzy ? { ...pair, target, problem: 'is marked as fuzzy' } : { ...pair, target };
      });
    });
}
