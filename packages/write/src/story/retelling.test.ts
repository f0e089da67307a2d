import { expect, test } from 'vitest';
import { createTold } from './retelling.ts';

test.each([
  ['沈默开始修理怀表时，他发现怀表上刻有他的名字。', '沈默开始修理怀表，他发现怀表上刻有他自己的名字。', true],
  ['沈默开始修理怀表，他发现怀表上刻有名字。', '雨停了，沈默把怀表放进抽屉，锁好店门。', false],
  ['Mara climbed the stairs of the tower in the dark.', 'Slowly Mara climbed the stairs of the tower in the dark.', true],
  ['Mara climbed the stairs of the tower in the dark.', 'Tobin climbed down to the boat and lit a match.', false],
  ['“是的。”', '“是的。”', false],
  ['他走到门口，问道：“你找什么？”', '修表匠看着怀表盒，说：“你找什么？”', true],
  ['“Who is there?” Mara asked.', 'Tobin turned and shouted: “Who is there?”', true],
  ['“Who is there?” Mara asked.', 'Tobin turned and shouted: “Nobody lives here!”', false],
  ['他感到非常害怕。', '他感到非常害怕。', true],
  ['It rained.', '他们开始修理怀表，他们开始修理怀表。', true],
])('%s / %s', (first, second, isRetold) => {
  expect(createTold([first]).isRetold(second)).toBe(isRetold);
});
