import type { Piece } from './boundaries.ts';

export interface CountedPiece extends Piece {
  tokens: number;
}

/**
 * How far an anchor stands out, in chunks. Measured on texts of 40 chunks with one sentence inserted or replaced: reach 1 makes 15 to 22 % more
 * chunks than no anchors and leaves all but four as they were in 97 % of the texts at least; 1.5 makes 9 to 12 % more (16 % in long ones), in 93 %.
 */
const REACH = 1.5;

/**
 * Cuts at anchors: ends of pieces that are better cuts than all others within reach on either side, and of equals the one whose text has the
 * largest hash. Whether an end is an anchor depends on the text within reach of it alone, so an edit moves the anchors near it and no others.
 * Content-defined chunking by local maxima: Bjørner, Blass and Gurevich, "Content-dependent chunking for differential compression, the local
 * maximum approach" (2010).
 */
export function cutIntoStretches(text: string, pieces: readonly CountedPiece[], maxTokens: number): CountedPiece[][] {
  const reach = REACH * maxTokens;
  const scores = pieces.map((piece) => piece.level + hash(text, piece));
  const stretches: CountedPiece[][] = [];
  let first = 0;
  for (let index = 0; index < pieces.length; index++) {
    if (!standsOut(index, pieces, scores, reach)) continue;
    stretches.push(pieces.slice(first, index + 1));
    first = index + 1;
  }
  stretches.push(pieces.slice(first));
  return stretches;
}

/** Looks outwards until something as good is found: a few steps on average. The ends of the text are better than anything. */
function standsOut(index: number, pieces: readonly CountedPiece[], scores: readonly number[], reach: number): boolean {
  const score = scores[index] as number;
  let tokens = 0;
  for (let other = index; tokens < reach; other--) {
    if (other < 0 || (other < index && (scores[other] as number) >= score)) return false;
    tokens += (pieces[other] as CountedPiece).tokens;
  }
  tokens = 0;
  for (let other = index + 1; tokens < reach; other++) {
    if (other >= pieces.length || (scores[other] as number) >= score) return false;
    tokens += (pieces[other] as CountedPiece).tokens;
  }
  return true;
}

/** FNV-1a and the finalizer of MurmurHash3, as a fraction of 1. */
function hash(text: string, { start, end }: Piece): number {
  let mixed = 0x811c9dc5;
  for (let index = start; index < end; index++) mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
