/** Turns the tokens of one sequence into text that may be shown: whole characters, and nothing from a stop text on. */
export interface TextStream {
  /** Text that has become safe to show. `stopped` once a stop text has been met. */
  push(token: number): { text: string; stopped: boolean };
  /** What was held back when the sequence ends. */
  flush(): string;
}

/** @param decode token ids to text; bytes that are not yet a whole character become U+FFFD at the end. */
export function createTextStream(decode: (tokens: number[]) => string, stops: readonly string[]): TextStream {
  // Tokens are decoded together with the ones before them since the last clean cut, because a tokenizer may write a
  // token differently at the beginning of a text.
  let context: number[] = [];
  let fresh: number[] = [];
  let held = '';
  let stopped = false;

  const release = (text: string, atEnd: boolean): { text: string; stopped: boolean } => {
    held += text;
    const stop = findFirst(held, stops);
    if (stop !== -1) {
      const before = held.slice(0, stop);
      held = '';
      stopped = true;
      return { text: before, stopped };
    }
    const keep = atEnd ? 0 : Math.max(lengthOfPartialStop(held, stops), lengthOfOpenEmoji(held));
    const out = held.slice(0, held.length - keep);
    held = held.slice(held.length - keep);
    return { text: out, stopped };
  };
  const decodeFresh = (): string => decode([...context, ...fresh]).slice(decode(context).length);

  return {
    push(token) {
      if (stopped) return { text: '', stopped };
      fresh.push(token);
      const text = decodeFresh();
      if (text.endsWith('\uFFFD') || text === '') return { text: '', stopped };
      context = fresh;
      fresh = [];
      return release(text, false);
    },
    flush: () => (stopped ? '' : release(fresh.length > 0 ? decodeFresh() : '', true).text),
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
// An emoji may go on with a joiner, a skin tone, a variation selector or a second regional indicator.
const OPEN_EMOJI = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200D|\uFE0F)$/u;

function lengthOfOpenEmoji(text: string): number {
  const end = text.slice(-64);
  if (!OPEN_EMOJI.test(end)) return 0;
  return [...graphemes.segment(end)].at(-1)?.segment.length ?? 0;
}
