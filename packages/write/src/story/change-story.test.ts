import { expect, test } from 'vitest';
import { answer, questionOf, scriptedWriter } from '../testing/scripted-story.ts';
import { changeOutline, continueStory, rewriteChapter } from './change-story.ts';
import { writeStory } from './write-story.ts';

const write = () => writeStory({ premise: 'A lighthouse keeper finds an empty boat.', length: { words: 450 }, chapters: 3 }, { model: scriptedWriter().model });

test('continued: the chapters stay, new ones follow, and the new plan knows the old one', async () => {
  const story = JSON.parse(JSON.stringify(await write())) as Awaited<ReturnType<typeof write>>;
  const { model, engine } = scriptedWriter();
  const longer = await continueStory({ story, chapters: 2, direction: 'The keeper follows the boat.' }, { model });
  expect(longer.chapters.slice(0, 3)).toEqual(story.chapters);
  expect(longer.chapters.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(longer).toMatchObject({ lengthMet: true, status: 'complete', title: story.title });
  expect(longer.text.startsWith(story.text)).toBe(true);
  expect(questionOf(engine.requests[0]!)).toContain('The keeper follows the boat.');
  expect(questionOf(engine.requests[0]!)).toContain(story.outline.chapters[2]!.mustHappen[0]!);
  const longest = await continueStory({ story: longer }, { model: scriptedWriter().model });
  expect(longest.chapters).toHaveLength(6);
});

test('rewritten: one chapter is another, as long as it was; the others stay', async () => {
  const story = await write();
  const { model, engine } = scriptedWriter();
  const changed = await rewriteChapter({ story, chapter: 2, wish: 'More rain.' }, { model });
  expect(changed.chapters[0]).toEqual(story.chapters[0]);
  expect(changed.chapters[2]).toEqual(story.chapters[2]);
  expect(changed.chapters[1]!.text).not.toBe(story.chapters[1]!.text);
  expect(Math.abs(changed.chapters[1]!.count - story.chapters[1]!.count)).toBeLessThan(story.chapters[1]!.count * 0.15);
  expect(engine.requests.some((request) => questionOf(request).includes('More rain.'))).toBe(true);
  const other = await rewriteChapter({ story, chapter: 2, wish: 'More rain.', version: 2 }, { model: scriptedWriter().model });
  expect(other.chapters[1]!.text).not.toBe(changed.chapters[1]!.text);
  await expect(rewriteChapter({ story, chapter: 4 }, { model })).rejects.toMatchObject({ code: 'invalid_input', details: { field: 'chapter' } });
});

test('a death put into an earlier chapter: the later one that has the dead act is reported, and its text stays', async () => {
  const story = await write();
  const later = { ...story.chapters[2]!, text: `Mara walks in. Mara shuts the door. ${story.chapters[2]!.text}` };
  const { model } = scriptedWriter((call, question, request) => {
    if (call === 'passage') return `Mara died on the pier that night, under the lamp. ${answer(call, question, request)}`;
    if (call === 'notes' && question.includes('died')) return JSON.stringify({ summary: '', people: [{ name: 'Mara', alive: false, place: '' }], facts: [], opened: [], answered: [], when: '' });
    return undefined;
  });
  const changed = await rewriteChapter({ story: { ...story, chapters: story.chapters.with(2, later) }, chapter: 2 }, { model });
  expect(changed.chapters[2]!.text).toBe(later.text);
  expect(changed.chapters[2]!.contradictions).toEqual(['Mara died in chapter 2 and acts again.']);
  expect(changed.status).toBe('flawed');
});

test('another outline: written from the first chapter on that it changes', async () => {
  const story = await write();
  const outline = structuredClone(story.outline);
  outline.chapters[1]!.mustHappen = ['Mara sells the boat to a baker'];
  const { model, engine } = scriptedWriter();
  const changed = await changeOutline({ story, outline }, { model });
  expect(changed.chapters[0]).toEqual(story.chapters[0]);
  expect(changed.chapters[1]!.text).toContain('sells the boat to a baker');
  expect(engine.requests.every((request) => !/Chapter 1 of/u.test(questionOf(request)))).toBe(true);
  expect(changed).toMatchObject({ outline, lengthMet: true });
  expect((await changeOutline({ story, outline: story.outline }, { model: scriptedWriter().model })).text).toBe(story.text);
});
