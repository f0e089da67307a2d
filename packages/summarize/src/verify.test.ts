import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { describe, expect, test } from 'vitest';
import { summarize } from './summarize.ts';

const text = 'The council met in the old town hall of Bern. It voted for the new bridge by nine to four. Work begins in May, the mayor said. The bridge will cost 12 million euros. Boats must wait until autumn.';
const says = (reply: string) => ({ model: createModel(fakeEngine({ reply: () => reply })) });
const points = '- The new bridge will cost 12 million euros\n- Elephants dance on purple mountains tonight\n- Boats wait until autumn';

describe('points', () => {
  test('carry the passages they come from, word for word', async () => {
    const result = await summarize({ text, format: 'key-points' }, says(points));
    expect(result.points?.map(({ supported }) => supported)).toEqual([true, false, true]);
    for (const { sources } of result.points ?? []) for (const { start, end, text: passage } of sources) expect(text.slice(start, end)).toBe(passage);
    expect(result.points?.[0]?.sources[0]?.text).toContain('cost 12 million euros');
    expect(result.warnings.join()).toContain('1 of 3 points found no support');
  });

  test('without support are dropped where that is asked for', async () => {
    const result = await summarize({ text, format: 'key-points', unsupported: 'drop' }, says(points));
    expect(result.points).toHaveLength(2);
    expect(result.summary).not.toContain('Elephants');
    await expect(summarize({ text, format: 'key-points', unsupported: 'drop' }, says('- Elephants dance tonight\n- Mountains are purple there'))).rejects.toMatchObject({
      code: 'output_invalid',
      details: { reason: 'unsupported' },
      partial: ['Elephants dance tonight', 'Mountains are purple there'],
    });
  });

});

test('numbers that the text does not have are named', async () => {
  const result = await summarize(text, says('The bridge will cost 15 million euros. Work begins in May.'));
  expect(result.unverified).toEqual([expect.stringContaining('15')]);
  expect(result.warnings.join()).toContain('Not found in the text: 15');
  expect((await summarize(text, says('The bridge costs 12,000,000 euros. Work begins in May.'))).unverified).toEqual([]);
});

test.each([
  ['Council of Bern Votes for New Bridge', []],
  ['Council of Hansdorf Votes for New Bridge', ['Hansdorf']],
])('the capitals of a headline are no names, names are: %s', async (headline, unverified) => {
  expect((await summarize({ text: text.repeat(2), format: 'headline' }, says(headline))).unverified).toEqual(unverified.map((name) => expect.stringContaining(name)));
});
