const OPENING = '<think>';
const CLOSING = '</think>';

export interface ThinkSplitter {
  push(text: string): { text: string; reasoning: string };
  /** What was held back when the text ends. */
  flush(): { text: string; reasoning: string };
}

/**
 * Parts the thoughts from an answer that begins with `<think>`, as models write them whose server leaves them where they are.
 * The same tag further on belongs to the answer.
 */
export function createThinkSplitter(): ThinkSplitter {
  let place: 'beginning' | 'thoughts' | 'gap' | 'answer' = 'beginning';
  let held = '';

  function push(text: string): { text: string; reasoning: string } {
    if (place === 'answer') return { text, reasoning: '' };
    held += text;
    if (place === 'beginning') {
      const start = held.trimStart();
      if (start.length < OPENING.length && OPENING.startsWith(start)) return { text: '', reasoning: '' };
      if (!start.startsWith(OPENING)) return release('answer', 'text');
      held = start.slice(OPENING.length);
      place = 'thoughts';
    }
    if (place === 'gap') return skipGap('');
    const end = held.indexOf(CLOSING);
    if (end !== -1) {
      const reasoning = held.slice(0, end);
      held = held.slice(end + CLOSING.length);
      place = 'gap';
      return skipGap(reasoning);
    }
    const partial = lengthOfPartialTag(held);
    const reasoning = held.slice(0, held.length - partial);
    held = held.slice(held.length - partial);
    return { text: '', reasoning };
  }

  function skipGap(reasoning: string): { text: string; reasoning: string } {
    held = held.trimStart();
    return held === '' ? { text: '', reasoning } : { ...release('answer', 'text'), reasoning };
  }

  function release(next: typeof place, as: 'text' | 'reasoning'): { text: string; reasoning: string } {
    const released = { text: '', reasoning: '', [as]: held };
    held = '';
    place = next;
    return released;
  }

  return { push, flush: () => release(place, place === 'thoughts' ? 'reasoning' : 'text') };
}

function lengthOfPartialTag(text: string): number {
  for (let length = Math.min(CLOSING.length - 1, text.length); length > 0; length--) {
    if (CLOSING.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
