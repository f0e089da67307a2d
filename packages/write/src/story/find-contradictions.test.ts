import { expect, test } from 'vitest';
import { findContradictions } from './find-contradictions.ts';
import { keepSupported } from './read-chapter.ts';
import { foldBible } from './story-bible.ts';
import type { ChapterChanges, StoryOutline } from './story-schema.ts';

const chapter = (title: string, cast: string[]) => ({ title, goal: title, mustHappen: [title], cast, place: '' });
const outline = (names: string[]): StoryOutline => ({ title: 'T', characters: names.map((name) => ({ name, role: '' })), chapters: [chapter('One', names), chapter('Two', names)] });
const nothing: ChapterChanges = { summary: 'It begins.', people: [], facts: [], opened: [], closed: [], when: '' };
const judge = (text: string, names: string[], changes: Partial<ChapterChanges>, places: string[] = []) => {
  const plan = outline(names);
  const bible = foldBible(plan, [{ number: 1, changes: { ...nothing, ...changes } }]);
  return findContradictions(text, nothing, plan.chapters[1]!, { ...bible, places: [...bible.places, ...places] });
};

test.each([
  ['Tobin laughed. Tobin took the rope.', [{ kind: 'dead', name: 'Tobin', since: 1 }]],
  ['Mara remembered Tobin. She stood at the grave of Tobin.', []],
  ['Mara worked alone.', []],
])('the dead: %s', (text, expected) => {
  expect(judge(text, ['Mara', 'Tobin'], { people: [{ name: 'Tobin', alive: false, place: '' }] }).filter(({ kind }) => kind === 'dead')).toEqual(expected);
});

test('a name one letter off, where the right one is missing', () => {
  expect(judge('In the evening Marla went home. The wind blew, and Marla sang.', ['Maria'], {})).toEqual([{ kind: 'name', name: 'Maria', written: 'Marla' }]);
  expect(judge('In the evening Marla met Maria.', ['Maria'], {})).toEqual([]);
});

test('another place without a way', () => {
  const people = [{ name: 'Mara', alive: true, place: 'the cellar' }];
  expect(judge('Mara sat in the lamp room. It was quiet.', ['Mara'], { people }, ['the lamp room'])).toEqual([{ kind: 'place', name: 'Mara', was: 'the cellar', is: 'the lamp room' }]);
  expect(judge('Mara climbed up and sat in the lamp room.', ['Mara'], { people }, ['the lamp room'])).toEqual([]);
});

test('an earlier year told as now', () => {
  expect(judge('It is May 1919. The bells ring.', ['Mara'], { when: 'in 1923' })).toEqual([{ kind: 'time', was: '1923', is: '1919' }]);
  expect(judge('She remembered 1919 and the bells.', ['Mara'], { when: '1923' })).toEqual([]);
});

test('notes are held against the text: no death, place, person or fact that it does not tell', () => {
  const plan = outline(['沈默', '林晚']);
  const text = '沈默在钟楼里找到了一块怀表。林晚站在门口，没有说话。怀表停在三点十七分。';
  const noted = { summary: '沈默在钟楼里找到怀表。', people: [{ name: '沈默', alive: false, place: '钟楼' }, { name: '林晚', alive: true, place: '医院' }, { name: '王五', alive: true, place: '' }], facts: ['怀表停在三点十七分', '沈默是一名退休的警察，住在上海'], opened: ['怀表是谁的？'], answered: ['从未提出的问题'], when: '清晨' };
  expect(keepSupported(noted, text, plan.chapters[0]!, foldBible(plan, []), 'zh')).toEqual({
    summary: '沈默在钟楼里找到怀表。',
    people: [{ name: '沈默', alive: true, place: '钟楼' }, { name: '林晚', alive: true, place: '' }],
    facts: ['怀表停在三点十七分'],
    opened: ['怀表是谁的？'],
    closed: [],
    when: '',
  });
});

test('the bible is the sum of what the chapters changed', () => {
  const plan = outline(['Mara']);
  const bible = foldBible(plan, [
    { number: 1, changes: { ...nothing, people: [{ name: 'Mara', alive: true, place: 'the pier' }], facts: ['The lamp is brass.'], opened: ['Whose boat is it?'] } },
    { number: 2, changes: { ...nothing, summary: 'It ends.', people: [{ name: 'Tobin', alive: true, place: '' }], closed: ['Whose boat is it?'], when: 'Sunday' } },
  ]);
  expect(bible).toEqual({
    characters: [{ name: 'Mara', role: '', alive: true, place: 'the pier', lastSeen: 1 }, { name: 'Tobin', role: '', alive: true, place: '', lastSeen: 2 }],
    places: ['the pier'],
    facts: [{ text: 'The lamp is brass.', chapter: 1 }],
    openThreads: [],
    timeline: [{ chapter: 1, when: '', event: 'It begins.' }, { chapter: 2, when: 'Sunday', event: 'It ends.' }],
  });
});
