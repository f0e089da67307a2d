import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { summarize } from './summarize.ts';
import { documentOf, instructionOf, scripted } from './testing/scripted.ts';

const text = 'The council of Bern met in the old town hall. It voted for the new bridge by nine to four. The bridge will cost 12 million euros.';
const schema = z.object({ title: z.string(), cost: z.number().describe('in euros'), people: z.array(z.string()) });
const right = { title: 'The council voted for the new bridge', cost: 12_000_000, people: [] };

describe('a structure', () => {
  test('comes back typed and validated', async () => {
    const { engine, model } = scripted([JSON.stringify(right)]);
    const { object, summary, unverified, lengthMet } = await summarize(text, { model, schema });
    expectTypeOf(object).toEqualTypeOf<z.output<typeof schema>>();
    expect(object).toEqual(right);
    expect(JSON.parse(summary)).toEqual(right);
    expect([unverified, lengthMet]).toEqual([[], true]);
    expect(JSON.stringify(engine.requests[0]?.prompt)).toContain('in euros');
  });

  test('is asked for by JSON Schema too', async () => {
    const json = z.toJSONSchema(schema);
    expect(await summarize({ text, schema: json }, scripted([JSON.stringify(right)]))).toMatchObject({ object: right });
    await expect(summarize({ text, schema: json }, scripted(['{"title": 1}']))).rejects.toMatchObject({ code: 'output_invalid' });
  });

  test('made-up numbers are named', async () => {
    const { unverified, warnings } = await summarize(text, { ...scripted([JSON.stringify({ ...right, cost: 15_000_000, people: ['Peter Muster'] })]), schema });
    expect(unverified).toEqual(expect.arrayContaining([expect.stringContaining('15')]));
    expect(warnings.join()).toContain('Not found in the text');
  });

  test('in the wrong language it is asked for once more', async () => {
    const chinese = JSON.stringify({ ...right, title: '市议会通过了新桥的方案，工程五月开始。' });
    const mended = await summarize(text, { ...scripted([chinese, JSON.stringify(right)]), schema });
    expect(mended).toMatchObject({ object: right, usage: { calls: 2 }, warnings: [] });
    const stubborn = await summarize(text, { ...scripted([chinese]), schema });
    expect(stubborn.warnings.join()).toContain('language');
  });

  test('of a long text is filled from notes on all of it', async () => {
    const engine = fakeEngine({ reply: (request) => (instructionOf(request).includes('3 sentences') ? 'The council voted for the new bridge.' : JSON.stringify(right)) });
    const { object, coverage } = await summarize(`${text} `.repeat(300), { model: createModel(engine), schema });
    expect([object, coverage]).toEqual([right, 1]);
    expect(documentOf(engine.requests.at(-1))).toContain('The council voted for the new bridge.');
  });
});
