import { expect, test } from 'vitest';
import { answer, scriptedWriter } from '../testing/scripted-story.ts';
import { nameEveryone } from './plan-outline.ts';
import { writeStory } from './write-story.ts';

/** Three events a chapter. */
const request = { premise: 'A lighthouse keeper finds an empty boat.', length: { words: 675 }, chapters: 3 };
/** Answers the calls for events in turn, each version of a call the same. */
function planner(answers: readonly (string | ((version: number) => string))[]) {
  const asked: string[] = [];
  const versions = new Map<string, number>();
  const writer = scriptedWriter((call, question, request) => {
    if (call !== 'event') return undefined;
    if (!asked.includes(question)) asked.push(question);
    const version = versions.get(question) ?? 0;
    versions.set(question, version + 1);
    const given = answers[asked.indexOf(question)];
    return given === undefined ? answer(call, question, request) : typeof given === 'string' ? given : given(version);
  });
  return { ...writer, asked };
}

const eventsOf = ({ outline }: { outline: { chapters: { mustHappen: string[] }[] } }) => outline.chapters.map(({ mustHappen }) => mustHappen);

test('the story begins as the caller says; each event is a sentence that code begins and the model ends', async () => {
  const { model, asked } = planner(['a letter under the seat of the boat.', 'The next sentence begins: "Mara goes to Tobin, who says that the boat is his."']);
  const [first] = eventsOf(await writeStory(request, { model }));
  expect(first).toEqual(['A lighthouse keeper finds an empty boat.', 'Mara looks closer and finds a letter under the seat of the boat.', 'Mara goes to Tobin, who says that the boat is his.']);
  expect(asked[0]).toContain('begins: "Mara looks closer and finds ..."');
  expect(asked[1]).toContain('2. Mara looks closer and finds a letter under the seat of the boat.');
});

test('of several versions the one that says least of what was said; a clause said before is cut', async () => {
  const versions = ['Mara finds an empty boat again.', 'Mara finds an empty boat, a lighthouse keeper.', 'Mara finds seven copper coins, an empty boat in the harbour.', 'Mara finds a lighthouse in the boat.'];
  const { model } = planner([(version) => versions[version % 4]!, 'Tobin shows Mara the wheel of an old clock, seven copper coins.']);
  const [first] = eventsOf(await writeStory(request, { model }));
  expect(first![1]).toContain('seven copper coins');
  expect(first![2]).toBe('Tobin shows Mara the wheel of an old clock.');
});

test('an event planned twice and what is no sentence are left out, and boldly asked for again before', async () => {
  const temperatures = new Set<number | undefined>();
  const { model } = scriptedWriter((call, question, asked) => {
    if (call !== 'event' || !/finds \.\.\."$/mu.test(question)) return undefined;
    temperatures.add(asked.temperature);
    return temperatures.size % 2 === 0 ? 'events_23_15_30_12' : 'A lighthouse keeper finds an empty boat.';
  });
  const [first] = eventsOf(await writeStory(request, { model }));
  expect(temperatures.size).toBe(2);
  expect(first!.filter((event) => event.includes('finds an empty boat'))).toHaveLength(1);
  expect(first).toHaveLength(3);
});

test('a chapter without any event is said to be one', async () => {
  const { model } = scriptedWriter((call) => (call === 'event' ? '20 20 20 20 20 20' : undefined));
  await expect(writeStory(request, { model })).rejects.toMatchObject({ code: 'output_invalid', message: expect.stringContaining('chapter 2'), details: { chapter: 2 } });
});

test('in Chinese: what was missing of a sentence is joined to its beginning, what both have stands once', async () => {
  const stems = new Map([['林海仔细一看，发现……', '船底刻着一个陌生的名字。'], ['林海去找阿月，阿月告诉他……', '林海去找阿月，阿月告诉他这条船早就卖了。'], ['夜里，有人……', '有人在码头上点起了火。']]);
  const { model } = scriptedWriter((call, question) => (call === 'event' ? [...stems].find(([stem]) => question.includes(`“${stem}”`))?.[1] : undefined));
  const { outline } = await writeStory({ premise: '看灯塔的人发现一条空船，船上的灯还是热的。', length: { characters: 1_000 }, chapters: 2 }, { model });
  const events = outline.chapters.flatMap(({ mustHappen }) => mustHappen);
  expect(events).toEqual(expect.arrayContaining(['林海仔细一看，发现船底刻着一个陌生的名字。', '林海去找阿月，阿月告诉他这条船早就卖了。', '夜里，有人在码头上点起了火。']));
});

test('titles: no number, no quotation marks, none twice, none in another language', async () => {
  const titles = ['Chapter 1: "The Lamp"', '空船', 'The Lamp', 'The Lamp'];
  const { model } = scriptedWriter((call) => (call === 'title' ? titles[0] : undefined));
  const { outline } = await writeStory(request, { model });
  expect(outline.chapters.map(({ title }) => title)).toEqual(['The Lamp', 'Chapter 2', 'Chapter 3']);
  const { outline: foreign } = await writeStory(request, { model: scriptedWriter((call) => (call === 'title' ? titles[1] : undefined)).model });
  expect(foreign.chapters[0]!.title).toBe('Chapter 1');
});

test('a plan in another language is asked for again, with another seed', async () => {
  const seeds: (number | undefined)[] = [];
  const chinese = '海边的灯塔看守人发现一条空船';
  const { model } = scriptedWriter((call, question, asked) => {
    if (call !== 'start') return undefined;
    seeds.push(asked.seed);
    return seeds.length === 1 ? JSON.stringify({ title: '空船', people: [{ name: '林海', who: '找到船主' }, { name: '阿月', who: '知道真相' }], begins: chinese }) : answer(call, question, asked);
  });
  await writeStory(request, { model });
  expect(new Set(seeds).size).toBe(2);
  const never = scriptedWriter((call) => (call === 'start' ? JSON.stringify({ title: '空船', people: [{ name: '林海', who: '找到船主' }, { name: '阿月', who: '真相' }], begins: chinese }) : undefined));
  await expect(writeStory(request, { model: never.model })).rejects.toMatchObject({ code: 'output_invalid', message: expect.stringContaining('language') });
});

test('everyone the caller names has a part, and everyone in a cast is a character', () => {
  const chapter = (cast: string[]) => ({ title: 'T', goal: 'g', mustHappen: ['e'], cast, place: '' });
  const outline = nameEveryone({ title: 'T', characters: [], chapters: [chapter(['Mara']), chapter([])] }, [{ name: 'Ottilie', role: '' }, { name: 'Bram', role: '' }, { name: 'Mara', role: '' }]);
  expect(outline.chapters.map(({ cast }) => cast)).toEqual([['Ottilie', 'Mara'], ['Bram']]);
  expect(outline.characters.map(({ name }) => name)).toEqual(['Ottilie', 'Bram', 'Mara']);
});
