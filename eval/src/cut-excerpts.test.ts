import { expect, test } from 'vitest';
import { cutExcerpts, takeInTurn } from './cut-excerpts.ts';

test('excerpts are whole lines of about the length asked for', () => {
  const text = Array.from({ length: 100 }, (_, index) => `Line ${index} has five words`).join('\n');
  const excerpts = cutExcerpts(text, 'words', 40, 90);
  expect(text.startsWith(excerpts.join('\n'))).toBe(true);
  const lengths = excerpts.map((excerpt) => excerpt.split(/\s+/).length);
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(40);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(95);
  expect(new Set(lengths).size).toBeGreaterThan(2);
});

test('a list that ends leaves its turn to the others', () => {
  expect(takeInTurn([['a1', 'a2', 'a3'], ['b1'], ['c1', 'c2']], 5)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2']);
});
