import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromPretrained, type Model } from '@glm-tasks/core';
import { isInLanguage } from '@glm-tasks/task';
import { summarize } from './summarize.ts';

const folder = process.env['GLM_TASKS_TEST_MODEL'] ?? '';
// In CI a missing model is a failure, elsewhere the reason was printed by the set-up.
const suite = folder === '' && process.env['CI'] === undefined ? describe.skip : describe;

const chinese = readFileSync(new URL('../../../examples/texts/night-bus.txt', import.meta.url), 'utf8');
const english = `The harbour town of Elmsworth will close its fish market at the end of the year. The council voted seven to two on Monday to hand the
hall to a ship repair company, which promises forty jobs and a rent of 90,000 pounds a year. The market opened in 1871 and once sold the catch of
sixty boats; last winter only five boats came. Fishmongers say the hall was neglected on purpose. "Nobody mended the roof for ten years," said Ada
Brandt, whose family has had a stall since 1903. The mayor answered that repairs would have cost two million pounds, more than the town spends on
its schools in a year. The stall holders may move to a smaller building near the station, rent free for three years. Five of the nine have agreed.
The others have asked a court to stop the sale, and a hearing is set for the second week of October.`;

suite('summarize on real weights', () => {
  let model: Model;
  // A context this small makes parts of a text that is quick to read.
  beforeAll(async () => {
    model = await fromPretrained(folder, { slots: 4, contextLength: 2048 });
  });
  afterAll(() => model.dispose());

  test.each([
    ['en', english],
    ['zh', chinese],
  ])('%s: in its language, read whole, of the length it claims', async (language, text) => {
    let joined = '';
    for await (const event of summarize.stream({ text, length: 'medium' }, { model })) {
      if (event.type === 'text-delta') joined += event.text;
      if (event.type !== 'result') continue;
      const { summary, coverage, lengthMet, warnings } = event.result;
      expect(summary).toBe(joined);
      expect(coverage).toBe(1);
      expect(isInLanguage(summary, language)).toBe(true);
      expect(summary.length).toBeLessThan(text.length * 0.7);
      expect({ lengthMet, warnings }).toEqual({ lengthMet: expect.any(Boolean), warnings: expect.any(Array) });
    }
    expect(joined).not.toBe('');
  });

  test('a text of several parts is read to its end', async () => {
    const text = `${english}\n\n`.repeat(10);
    const { chunks, coverage, summary } = await summarize({ text, format: 'key-points', length: 'short' }, { model });
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
    expect(coverage).toBe(1);
    expect(summary).toMatch(/^- /);
  });
});
