import { describe, expect, it } from 'vitest';
import { createThinkSplitter } from './think-splitter.ts';

function split(pieces: string[]): { text: string; reasoning: string } {
  const splitter = createThinkSplitter();
  const all = [...pieces.map((piece) => splitter.push(piece)), splitter.flush()];
  return { text: all.map(({ text }) => text).join(''), reasoning: all.map(({ reasoning }) => reasoning).join('') };
}

describe('createThinkSplitter', () => {
  it.each([
    ['<think>so 想</think>\n\nanswer <think>x</think>', 'answer <think>x</think>', 'so 想'],
    ['\n <think></think>answer', 'answer', ''],
    ['<think>never ends', '', 'never ends'],
    ['<think>a</thin b</think>c', 'c', 'a</thin b'],
    ['answer', 'answer', ''],
    ['  <b>bold</b>', '  <b>bold</b>', ''],
    ['<thi', '<thi', ''],
    ['', '', ''],
  ])('parts %j wherever it is cut', (whole, text, reasoning) => {
    for (let cut = 0; cut <= whole.length; cut++) expect(split([whole.slice(0, cut), whole.slice(cut)])).toEqual({ text, reasoning });
    expect(split([...whole])).toEqual({ text, reasoning });
  });

  it('shows an answer at once', () => {
    expect(createThinkSplitter().push('Hello')).toEqual({ text: 'Hello', reasoning: '' });
  });
});
