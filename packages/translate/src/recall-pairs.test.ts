import { expect, test } from 'vitest';
import { createPairMemory } from './recall-pairs.ts';

test('the latest pair with the same names, up to a place and within a budget', () => {
  const memory = createPairMemory();
  memory.add(0, { source: 'Captain Maria Lopes came.', target: '玛丽亚·洛佩斯船长来了。' });
  memory.add(1, { source: 'The wind was strong.', target: '风很大。' });
  memory.add(2, { source: 'They asked Maria Lopes about Hull.', target: '他们向玛丽亚·洛佩斯打听赫尔。' });
  memory.add(3, { source: `Maria Lopes said ${'a lot '.repeat(200)}`, target: '很长' });
  expect(memory.findFor('Nobody was there.', 9)).toEqual([]);
  expect(memory.findFor('Yesterday Maria Lopes left.', -1)).toEqual([]);
  expect(memory.findFor('Yesterday Maria Lopes left.', 1).map(({ source }) => source)).toEqual(['Captain Maria Lopes came.']);
  expect(memory.findFor('Yesterday Maria Lopes left Hull.', 9).map(({ source }) => source)).toEqual(['Captain Maria Lopes came.', 'They asked Maria Lopes about Hull.']);
});

test('Chinese names, which no rule finds, by the characters they share', () => {
  const memory = createPairMemory();
  memory.add(0, { source: '王小明走进了港务处。', target: 'Wang Xiaoming walked into the harbour office.' });
  memory.add(1, { source: '风很大。', target: 'The wind was strong.' });
  expect(memory.findFor('昨天王小明离开了。', 1).map(({ source }) => source)).toEqual(['王小明走进了港务处。']);
});
