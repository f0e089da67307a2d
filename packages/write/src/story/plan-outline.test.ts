import { expect, test } from 'vitest';
import { answer, scriptedWriter } from '../testing/scripted-story.ts';
import { isSameName, nameEveryone } from './plan-outline.ts';
import { writeStory } from './write-story.ts';

const request = { premise: 'A lighthouse keeper finds an empty boat.', length: { words: 450 }, chapters: 3 };
const plan = (events: string[][]) => JSON.stringify({ chapters: events.map((list, index) => ({ title: `Night ${index + 1}`, goal: `Mara goes on to pier ${index + 1}`, events: list })) });

test('events planned twice are asked for again, and then left out', async () => {
  const repeated = [['Mara finds the brass lamp', 'Mara reads the letter', 'Mara rows to town'], ['Mara finds a brass lamp', 'Mara hides the oar', 'Mara sees a ship'], ['Mara burns the chart', 'Mara rings the bell', 'Mara goes home alone']];
  let asked = 0;
  const { model } = scriptedWriter((call) => (call === 'chapters' ? (asked++, plan(repeated)) : undefined));
  const { outline } = await writeStory(request, { model });
  expect(asked).toBe(2);
  expect(outline.chapters.map(({ mustHappen }) => mustHappen.length)).toEqual([3, 2, 3]);
  expect(outline.chapters[0]!.cast).toEqual(['Mara']);
});

test('what is no sentence is no event', async () => {
  const broken = [['events_23_15_30_12', '20 20 20 20 20 20 20 20 20', 'Mara reads the letter'], ['x', 'y', 'z'], ['Mara burns the chart', 'Mara rings the bell', 'Mara goes home alone']];
  const { model } = scriptedWriter((call) => (call === 'chapters' ? plan(broken) : undefined));
  const { outline } = await writeStory(request, { model });
  expect(outline.chapters.map(({ mustHappen }) => mustHappen)).toEqual([['Mara reads the letter'], ['Mara goes on to pier 2'], broken[2]]);
});

test('a plan in another language is asked for again, with another seed', async () => {
  const seeds: (number | undefined)[] = [];
  const chinese = '海边的灯塔看守人发现一条空船';
  const { model } = scriptedWriter((call, question, asked) => {
    if (call !== 'start') return undefined;
    seeds.push(asked.seed);
    return seeds.length === 1 ? JSON.stringify({ title: '空船', people: [{ name: '林海', wants: '找到船主' }, { name: '阿月', wants: '知道真相' }], begins: chinese, trouble: chinese, ending: chinese }) : answer(call, question, asked);
  });
  await writeStory(request, { model });
  expect(new Set(seeds).size).toBe(2);
  const never = scriptedWriter((call) => (call === 'start' ? JSON.stringify({ title: '空船', people: [{ name: '林海', wants: '找到船主' }, { name: '阿月', wants: '真相' }], begins: chinese, trouble: chinese, ending: chinese }) : undefined));
  await expect(writeStory(request, { model: never.model })).rejects.toMatchObject({ code: 'output_invalid', message: expect.stringContaining('language') });
});

test('everyone the caller names has a part, and everyone in a cast is a character', () => {
  const chapter = (cast: string[]) => ({ title: 'T', goal: 'g', mustHappen: ['e'], cast, place: '' });
  const outline = nameEveryone({ title: 'T', characters: [], chapters: [chapter(['Mara']), chapter([])] }, [{ name: 'Ottilie', role: '' }, { name: 'Bram', role: '' }, { name: 'Mara', role: '' }]);
  expect(outline.chapters.map(({ cast }) => cast)).toEqual([['Ottilie', 'Mara'], ['Bram']]);
  expect(outline.characters.map(({ name }) => name)).toEqual(['Ottilie', 'Bram', 'Mara']);
});

test('one person under two names', () => {
  expect(isSameName('Mr Doyle', 'Doyle')).toBe(true);
  expect(isSameName('Ines', 'Ines Calder')).toBe(true);
  expect(isSameName('Ines', 'Inessa')).toBe(false);
});
