import { expect, test } from 'vitest';
import { scriptedWriter } from '../testing/scripted-story.ts';
import { readSynopsis } from './plan-synopsis.ts';
import { frameStory } from './story-frame.ts';
import { storyRequest } from './story-schema.ts';
import { writeStory } from './write-story.ts';

const idea = 'A lighthouse keeper finds an empty boat with a warm lamp.';
const english = ['Mara finds a silver key under the seat.', 'Tobin says that the key opens the old chapel.', 'Mara rows across the bay with the key.', 'A hooded woman waits at the chapel door.', 'The woman hands Mara a letter from her mother.', 'Tobin admits that he sank the first ship.', 'The hooded woman is the captain of that ship, alive.', 'Mara lights the lamp again and sends Tobin home.'];
const numbered = (events: readonly string[], label = '') => events.map((event, index) => `${label}${index + 1}. ${event}`).join('\n');

function read(text: string, count = 8, language = 'en') {
  const { model } = scriptedWriter();
  const request = storyRequest.parse({ premise: language === 'en' ? idea : '看灯塔的人发现一条空船，船上的灯还是热的。' });
  const characters = language === 'en' ? [{ name: 'Mara', role: 'the keeper' }, { name: 'Tobin', role: 'a fisherman' }] : [{ name: '林海', role: '看灯塔的人' }, { name: '阿月', role: '渔民' }];
  const begins = request.premise;
  return readSynopsis(text, { model, request, frame: frameStory(request) }, { start: { title: 'T', characters, begins }, told: [begins], count, isEnding: true, direction: undefined });
}

test('the story is planned in one go, and divided among its chapters behind the idea of the caller', async () => {
  const { model, calls } = scriptedWriter((call) => (call === 'synopsis' ? numbered(english) : undefined));
  const { outline } = await writeStory({ premise: idea, length: { words: 675 }, chapters: 3 }, { model });
  expect(outline.chapters.map(({ mustHappen }) => mustHappen)).toEqual([[idea, ...english.slice(0, 2)], english.slice(2, 5), english.slice(5)]);
  expect(calls).not.toContain('event');
});

test('what is missing is planned one by one before the ending', async () => {
  const { model } = scriptedWriter((call) => (call === 'synopsis' ? numbered([...english.slice(0, 6), english[7]!]) : undefined));
  const { outline } = await writeStory({ premise: idea, length: { words: 675 }, chapters: 3 }, { model });
  const events = outline.chapters.flatMap(({ mustHappen }) => mustHappen);
  expect(events).toHaveLength(9);
  expect(events.at(-1)).toBe(english[7]);
  expect(events[7]).toMatch(/^Mara .* on pier \d+\.$/u);
});

test('of several versions the one in which most happens; where all are flat, event by event', async () => {
  const flat = ['Mara decides to investigate the boat.', 'Mara continues to investigate the boat.', 'Tobin decides to investigate further.', 'Mara wonders about the boat.'];
  let version = 0;
  const mixed = scriptedWriter((call) => (call === 'synopsis' ? numbered(version++ === 2 ? english : flat) : undefined));
  const good = await writeStory({ premise: idea, length: { words: 675 }, chapters: 3 }, { model: mixed.model });
  expect(good.outline.chapters.at(-1)!.mustHappen.at(-1)).toBe(english[7]);
  const dull = scriptedWriter((call) => (call === 'synopsis' ? numbered(flat) : undefined));
  const other = await writeStory({ premise: idea, length: { words: 675 }, chapters: 3 }, { model: dull.model });
  expect(dull.calls).toContain('event');
  expect(other.outline.chapters.flatMap(({ mustHappen }) => mustHappen)).toHaveLength(9);
});

test('a list that does not end is stopped', async () => {
  const endless = Array.from({ length: 400 }, (_, index) => `${index + 1}. Mara finds stone number ${index + 1}.`).join('\n');
  const { model } = scriptedWriter((call) => (call === 'synopsis' ? endless : undefined), { slots: 1 });
  const { usage } = await writeStory({ premise: idea, length: { words: 150 }, chapters: 1 }, { model });
  const { counts } = await model.countTokens([endless]);
  expect(usage.outputTokens).toBeLessThan(counts[0]! / 2);
});

test.each([
  ['labels', `Sentence 1: ${english[0]}\n**2.** ${english[1]}\n- ${english[2]}`, english.slice(0, 3)],
  ['one paragraph', english.slice(0, 3).join(' '), english.slice(0, 3)],
  ['what is said twice, or said before', numbered([english[0]!, idea, english[0]!, english[1]!]), english.slice(0, 2)],
  ['what tells of the story', numbered([english[0]!, 'The story ends with everyone happy and safe.', '{"title": "The Boat"}', 'Mara']), english.slice(0, 1)],
  ['another language', numbered([english[0]!, '海面上漂着一条空船，船上的灯还亮着。']), english.slice(0, 1)],
  ['a sentence too many', numbered(english), [...english.slice(0, 6), english[7]], 7],
  ['a list without end', numbered([...english, 'A storm drowns the harbour wall.', 'Tobin sells all his nets.', 'A bishop buys the chapel bell.', 'Gulls carry bread into the tower.']), english.slice(0, 7), 7],
])('reads %s', (_, text, events, count = 8) => {
  expect(read(text, count)).toEqual(events);
});

test('who does it is said, where the sentence before tells', () => {
  expect(read('1. Tobin opens the door of the chapel.\n2. He finds a wet coat on the floor.\n3. His hands are cold as ice.')).toEqual(['Tobin opens the door of the chapel.', 'Tobin finds a wet coat on the floor.', 'His hands are cold as ice.']);
  expect(read('序号1：阿月打开了教堂的门。\n序号2：她发现地上有一件湿大衣。\n结局：他们一起把灯点亮了。', 8, 'zh')).toEqual(['阿月打开了教堂的门。', '阿月发现地上有一件湿大衣。', '他们一起把灯点亮了。']);
});
