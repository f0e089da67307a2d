import { expect, test } from 'vitest';
import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { summarize } from './summarize.ts';
import { documentOf, scripted } from './testing/scripted.ts';

const text = [
  'The council met in the old town hall on a rainy evening. It voted for the new bridge by nine to four, after three hours.',
  'Work on the northern bank begins in May, the mayor said. The bridge will cost 12 million euros, paid over six years.',
  'Boats must wait until autumn, because the harbour closes. The ferry runs twice an hour until then, for four euros.',
].join(' ');

test('sentences of the draft and of the sections are told together, until the number is met', async () => {
  const engine = fakeEngine({
    reply: (request) => {
      const document = documentOf(request);
      if (document.length > 300) return 'The bridge will cost 12 million euros, paid over six years by the council.';
      if (document.includes('ferry')) return 'The ferry runs twice an hour for four euros until autumn.';
      return document.includes('council met') ? 'The council met and voted for the new bridge by nine to four.' : 'The bridge costs 12 million euros, paid over six years.';
    },
  });
  expect(await summarize({ text, length: { words: 40 } }, { model: createModel(engine) })).toMatchObject({
    summary: 'The council met and voted for the new bridge by nine to four. The bridge will cost 12 million euros, paid over six years by the council. The ferry runs twice an hour for four euros until autumn.',
    lengthMet: true,
    warnings: [],
  });
});

test('a sentence too many goes without another call', async () => {
  const { engine, model } = scripted(['The council voted for the new bridge by nine to four. Work on the northern bank begins in May. Boats must wait until autumn.']);
  expect(await summarize({ text, length: { words: 18 } }, { model })).toMatchObject({ summary: 'The council voted for the new bridge by nine to four. Work on the northern bank begins in May.', lengthMet: true });
  expect(engine.requests).toHaveLength(1);
});

test.each([
  ['where sentences about it do', 36, false],
  ['where nothing else does', 60, true],
])('what was said in a meeting does not fill a summary of it %s', async (_, words, isSaid) => {
  const meeting = Array.from({ length: 12 }, (__, turn) => `${turn % 2 === 0 ? 'Ann' : 'Ben'}: The bridge number ${turn} opens in the year ${2030 + turn}, I think.`).join('\n');
  const reply = (document: string) => {
    if (document.length > 500) return 'Two engineers hold a long meeting.';
    const [line = ''] = document.split('\n');
    return words === 36 && line.startsWith('Ann: The bridge number 6') ? 'The bridge number 6 opens in the year 2036, and the bridge number 7 opens in the year 2037, both Ann and Ben think, as I do.' : line;
  };
  const { summary, lengthMet } = await summarize({ text: meeting, length: { words } }, { model: createModel(fakeEngine({ reply: (request) => reply(documentOf(request)) })) });
  expect({ lengthMet, isSaid: /(?:Ann|Ben): /.test(summary) }).toEqual({ lengthMet: true, isSaid });
});

test('a headline is one line, whatever it counts', async () => {
  const long = 'Council votes for new bridge by nine to four, which will cost 12 million euros and open in the spring after next';
  const { headline } = await summarize({ text: `${text} ${text}`, format: 'headline', length: 'short' }, scripted([long]));
  expect(headline).toBe(long);
});

test('no call may go on like a transcript', async () => {
  const meeting = 'Ann: Shall we build the bridge?\nBen: Yes, in May.\nAnn: Good, it costs four million euros.';
  const engine = fakeEngine({ reply: () => 'Ann and Ben want to build the bridge in May.', can: { avoid: true } });
  await summarize({ text: meeting, length: { words: 10 } }, { model: createModel(engine) });
  expect(engine.requests.length).toBeGreaterThan(0);
  for (const { avoid } of engine.requests) expect(avoid).toEqual(expect.arrayContaining(['Ann:', 'Ben：']));
});
