import { expect, test } from 'vitest';
import { namePeople } from './name-people.ts';

const idea = 'On a mining station the cook grows a tomato, and Hope, an engineer, wants it.';
const named = (people: { name: string; role: string }[], language = 'en', from = idea) => namePeople(people, { idea: from, language, seed: 3, taken: [] });

test.each([
  [{ name: 'Cook', role: '' }, 'cook'],
  [{ name: 'The Cook', role: 'grows a plant' }, 'grows a plant'],
  [{ name: 'Astronaut', role: 'an astronaut' }, 'an astronaut'],
  [{ name: 'Station Manager', role: '' }, 'station manager'],
])('who is called by what they are gets a name: %j', (person, role) => {
  const [given] = named([person]);
  expect(given?.role).toBe(role);
  expect(given?.name).toMatch(/^[A-Z]\p{Ll}+$/u);
  expect(given?.name).not.toBe(person.name);
});

test.each(['Hope', 'Mara', 'Mr Doyle', 'Captain Reyes'])('a name stays: %s', (name) => {
  expect(named([{ name, role: 'the engineer' }])).toEqual([{ name, role: 'the engineer' }]);
});

test('a name of the idea stays, though a word is written like it or it ends like a calling', () => {
  expect(named([{ name: 'Rose', role: '' }], 'en', 'Rose finds a rose on the ice.')[0]?.name).toBe('Rose');
  expect(named([{ name: '李春生', role: '渔民' }, { name: '陈师傅', role: '' }], 'zh', '李春生发现一条空船。').map(({ name }) => name)).toEqual(['李春生', '陈师傅']);
});

test('in a Chinese story people have Chinese names, unless the idea has theirs', () => {
  const [tom, anna] = named([{ name: 'Tom', role: '司机' }, { name: 'Anna', role: '' }], 'zh', 'Anna在雨夜的末班车上等人。');
  expect(tom).toMatchObject({ name: expect.stringMatching(/^\p{Script=Han}{2}$/u), role: '司机' });
  expect(anna?.name).toBe('Anna');
});

test('two of a kind are two people, the same ones for the same seed', () => {
  const two = [{ name: '宇航员甲', role: '' }, { name: '宇航员乙', role: '' }, { name: '沈默', role: '修表匠' }];
  const given = named(two, 'zh', '空间站上的两名宇航员只剩一个座位。');
  expect(new Set(given.map(({ name }) => name)).size).toBe(3);
  expect(given[0]).toMatchObject({ name: expect.stringMatching(/^\p{Script=Han}{2}$/u), role: '宇航员甲' });
  expect(given[2]).toEqual(two[2]);
  expect(named(two, 'zh', '空间站上的两名宇航员只剩一个座位。')).toEqual(given);
});

test('a name that is taken, or stands in the idea, is given to nobody else; other languages keep what they have', () => {
  const names = ['Robin', 'Alex', 'Sam', 'Kim', 'Jo', 'Noor', 'Remy', 'Sasha', 'Quinn'];
  const [given] = namePeople([{ name: 'Cook', role: '' }], { idea: 'Toni eats. A cook cooks.', language: 'en', seed: 3, taken: names });
  expect(given?.name).toBe('Cook');
  expect(named([{ name: 'Koch', role: 'der Koch' }], 'de')).toEqual([{ name: 'Koch', role: 'der Koch' }]);
});
