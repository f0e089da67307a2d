import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';

export type MakePrompts = (count: number, tokens: number) => number[][];

const QUESTIONS = [
  'Write a long story about a fox and a lighthouse.',
  'Explain at length how rainbows form.',
  'Write a long news report about a flood in a small town.',
  'Summarize the plot of Romeo and Juliet at length.',
  'What is photosynthesis? Explain every step.',
  'Describe Paris in spring in many words.',
  'List twenty tips for saving water.',
  'Tell me all about the Great Wall of China.',
];

export function openTokenizer(folder: string): Tokenizer {
  const read = (file: string): object => JSON.parse(readFileSync(join(folder, file), 'utf8')) as object;
  return new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
}

/**
 * Chat prompts of a wanted length in tokens. Each begins with a number of its own, so that no engine can reuse what it
 * has computed before: the benches measure work, not memory.
 */
export function createPrompts(folder: string): MakePrompts {
  const tokenizer = openTokenizer(folder);
  const encode = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;
  let serial = 1000;
  const filler = encode(' The harbour town lay quiet under a pale sky, and the boats came home one by one with the evening tide.'.repeat(200));
  return (count, tokens) =>
    Array.from({ length: count }, (_, index) => {
      const head = encode(`${++serial} <|im_start|>system\nYou are a helpful assistant.`);
      const tail = encode(`<|im_end|>\n<|im_start|>user\n${QUESTIONS[index % QUESTIONS.length]}<|im_end|>\n<|im_start|>assistant\n`);
      return [...head, ...filler.slice(0, Math.max(0, tokens - head.length - tail.length)), ...tail];
    });
}
