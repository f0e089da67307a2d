import { createTextGate } from '../../stop-texts.ts';

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
  let stopped = false;
  const gate = createTextGate(stops);
  const decodeFresh = (): string => decode([...context, ...fresh]).slice(decode(context).length);

  return {
    push(token) {
      if (stopped) return { text: '', stopped };
      fresh.push(token);
      const text = decodeFresh();
      if (text.endsWith('\uFFFD') || text === '') return { text: '', stopped };
      context = fresh;
      fresh = [];
      const step = gate.push(text);
      stopped = step.stopped;
      return step;
    },
    flush() {
      if (stopped) return '';
      const last = fresh.length > 0 ? gate.push(decodeFresh()) : { text: '', stopped };
      stopped = last.stopped;
      return last.text + gate.flush();
    },
  };
}
