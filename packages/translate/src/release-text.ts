import type { ParsedDocument } from './segments.ts';

/** Writing a growing text out takes as long as it is long, so it may take one part in so many of the time. */
const SHARE = 20;
/** Milliseconds nobody notices. */
const FREE = 2;

export interface Release {
  /** What is settled of the text beyond what was released before, with these many segments from the beginning finished. */
  next(finished: number): string;
  /** The rest, and the whole. */
  end(): { rest: string; text: string };
}

/**
 * Gives out the beginning of a document as its segments are finished. What is settled is what stays the same whatever becomes of the segments
 * that are not: the common beginning of the document with them left as they are and with two different texts in their places.
 */
export function createRelease({ segments, render }: ParsedDocument, targets: ReadonlyMap<string, string>): Release {
  let released = '';
  let known = 0;
  let notBefore = 0;

  function withPending(finished: number, put: (source: string) => string | undefined): string {
    const whole = new Map(targets);
    for (const { id, source, translatable } of segments.slice(finished)) {
      const text = translatable ? put(source) : undefined;
      if (text === undefined) whole.delete(id);
      else whole.set(id, text);
    }
    return render(whole);
  }

  return {
    next(finished) {
      const start = performance.now();
      if (finished === known || start < notBefore) return '';
      known = finished;
      const [kept, ...others] = [() => undefined, (source: string) => `\u0391 ${source}`, (source: string) => `\u0416 ${source}`].map((put) => withPending(finished, put)) as [string, string, string];
      const settled = kept.slice(0, Math.min(...others.map((other) => commonLength(kept, other))));
      const cost = performance.now() - start;
      notBefore = cost < FREE ? 0 : start + cost * SHARE;
      if (settled.length <= released.length) return '';
      const delta = settled.slice(released.length);
      released = settled;
      return delta;
    },
    end() {
      const text = render(targets);
      return { rest: text.slice(released.length), text };
    },
  };
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one.charCodeAt(length) === other.charCodeAt(length)) length++;
  // A surrogate pair is one character.
  const last = one.charCodeAt(length - 1);
  return last >= 0xd800 && last <= 0xdbff ? length - 1 : length;
}
