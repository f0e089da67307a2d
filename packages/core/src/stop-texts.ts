/** Lets text out in whole characters, and nothing from a stop text on. */
export interface TextGate {
  /** Text that has become safe to show. `stopped` once a stop text has been met. */
  push(text: string): { text: string; stopped: boolean };
  /** What was held back when the text ends. */
  flush(): string;
}

export function createTextGate(stops: readonly string[]): TextGate {
  let held = '';
  let stopped = false;

  return {
    push(text) {
      if (stopped) return { text: '', stopped };
      held += text;
      const stop = findFirst(held, stops);
      if (stop !== -1) {
        const before = held.slice(0, stop);
        held = '';
        stopped = true;
        return { text: before, stopped };
      }
      const keep = Math.max(lengthOfPartialStop(held, stops), lengthOfOpenCharacter(held));
      const out = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      return { text: out, stopped };
    },
    flush() {
      const rest = held;
      held = '';
      return rest;
    },
  };
}

function findFirst(text: string, stops: readonly string[]): number {
  return stops.reduce((first, stop) => {
    const at = text.indexOf(stop);
    return at !== -1 && (first === -1 || at < first) ? at : first;
  }, -1);
}

/** How much of the end of the text could be the beginning of a stop text. */
function lengthOfPartialStop(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (stop.startsWith(text.slice(text.length - length))) longest = length;
    }
  }
  return longest;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
// An emoji may go on with a joiner, a skin tone, a variation selector or a second regional indicator. Servers have been seen to
// send the two halves of a surrogate pair one by one.
const OPEN_CHARACTER = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\p{Surrogate}|\u200D|\uFE0F)$/u;

function lengthOfOpenCharacter(text: string): number {
  const end = text.slice(-64);
  if (!OPEN_CHARACTER.test(end)) return 0;
  return [...graphemes.segment(end)].at(-1)?.segment.length ?? 0;
}
