/** Guesses how a text goes on from what stands in it already, and learns whether guessing pays. */
export interface Guesser {
  /** At most `most` tokens that may come next; none where nothing alike was seen, or guessing did not pay of late. */
  guess(most: number): number[];
  /** How many of the tokens guessed last were right, and how long the step that computed them took. */
  learn(accepted: number, milliseconds: number): void;
  /** How long a step without guesses took: what a guess is weighed against. */
  time(milliseconds: number): void;
}

/** Tokens in a row that must have been seen before. Two match everywhere by chance; three are a name or a turn of phrase. */
const LEAST_MATCH = 3;
/** Beyond this a longer match is no better. */
const LONGEST_MATCH = 8;
const CANDIDATES = 16;
/** One wrong guess of this width costs about half a step, and is all that a text without copies pays before guessing rests. */
const FIRST_WIDTH = 2;
const LARGEST_WIDTH = 7;
/** Steps without guesses that are remembered; their median is not moved by one that was interrupted. */
const TIMES = 5;
/** Steps that guessing may lose before it rests, for so many tokens at first and twice as many each time. */
const LOSS = 0.4;
const FIRST_REST = 16;

/**
 * Prompt lookup: the end of the text is looked up in the text, prompt included, and what followed there is the guess
 * (Saxena 2023, https://github.com/apoorvumang/prompt-lookup-decoding). Costs a look into a map a token. What a guess costs is measured:
 * a quarter of a step where the cores wait for memory, more than half of one where they are shared.
 *
 * @param tokens the text so far; the caller appends to it.
 */
export function createGuesser(tokens: readonly number[]): Guesser {
  const ends = new Map<number, number[]>();
  let indexed = 1;
  let width = FIRST_WIDTH;
  let made = 0;
  let balance = 0;
  let rest = FIRST_REST;
  let restUntil = 0;
  const times: number[] = [];

  const pair = (end: number): number => tokens[end - 2]! * 2 ** 24 + tokens[end - 1]!;

  /** Remembers where each pair of tokens ended. The last pair is what is looked up, so it stays out. */
  function index(): void {
    for (; indexed < tokens.length - 1; indexed++) {
      const end = indexed + 1;
      const known = ends.get(pair(end));
      if (known === undefined) ends.set(pair(end), [end]);
      else known.push(end);
    }
  }

  function matchLength(end: number): number {
    let length = 2;
    while (length < LONGEST_MATCH && length < end && tokens[end - 1 - length] === tokens[tokens.length - 1 - length]) length++;
    return length;
  }

  return {
    guess(most) {
      index();
      if (times.length === 0 || tokens.length < Math.max(LEAST_MATCH + 1, restUntil)) return [];
      let best = 0;
      let longest = LEAST_MATCH - 1;
      for (const end of (ends.get(pair(tokens.length)) ?? []).slice(-CANDIDATES).toReversed()) {
        const length = matchLength(end);
        if (length <= longest) continue;
        longest = length;
        best = end;
      }
      const guessed = best === 0 ? [] : tokens.slice(best, best + Math.min(width, most));
      made = guessed.length;
      return guessed;
    },
    time: (milliseconds) => void (times.push(milliseconds) > TIMES && times.shift()),
    learn(accepted, milliseconds) {
      // Computed together, tokens hardly cost more than twice what each alone would: what is above that interrupted this step, and may not do so again.
      const cost = Math.min(2 * made, milliseconds / median(times) - 1);
      balance = Math.min(0, balance + accepted - cost);
      width = accepted === made ? Math.min(LARGEST_WIDTH, width * 2) : Math.max(2, accepted + 1);
      if (balance >= 0) rest = FIRST_REST;
      if (balance > -LOSS) return;
      balance = 0;
      width = FIRST_WIDTH;
      restUntil = tokens.length + rest;
      rest *= 2;
    },
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
