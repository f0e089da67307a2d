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

test('a sentence put together from two that were told is told again; long ago it is not', () => {
  const halves = ['莉莉开始检查舱内的设备。', '艾伦穿上宇航服，然后开始准备离开舱室。'];
  const both = '她开始检查舱内的设备，然后开始准备离开舱室。';
  expect(createTold(halves).isRetold(both)).toBe(true);
  const between = Array.from({ length: 70 }, (_, index) => `第${index}天下了一场很大的雨，路上没有人。`);
  expect(createTold([...halves, ...between]).isRetold(both)).toBe(false);
  expect(createTold(halves).isRetold('她在舱内找到了一封写给父亲的信。')).toBe(false);
});

test.each([
  [['Mara opened the door of the old boat house.', 'Tobin sat down at the long table by the window.'], 'Then Mara opened the door of the old boat house and sat down at the long table.', true],
  [['Mara opened the door of the old boat house.'], 'Mara opened the door and a cold wind came in from the sea.', false],
  [['“Yes,” said Mara.'], '“Yes,” said Mara.', false],
  [['司机把湿伞放在最后一排的座位上。'], '司机把湿伞放在最后一排的座位旁边。', true],
  [['司机把湿伞放在最后一排的座位上。'], '老人第二天早上在车站等他，手里拿着一把新伞。', false],
])('half of it stood in the text before: %j, %s', (before, sentence, isHalfTold) => {
  expect(createTold(before).isHalfTold(sentence)).toBe(isHalfTold);
});
