import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { SummarizeInput } from './schema.ts';
import { summarize } from './summarize.ts';
import { instructionOf } from './testing/scripted.ts';

const long = Array.from({ length: 900 }, (_, index) => `Sentence ${index} tells of the bridge and the ${index} boats that wait for it in the harbour. `).join('');
// Notes take about half the room they have, as those of real models do.
const note = 'The council wants a bridge and talks about it all day long. '.repeat(8);

function open() {
  const engine = fakeEngine({ reply: (request) => (instructionOf(request).includes('names and numbers') ? `${note} ${engine.requests.length} boats wait.` : 'A bridge comes and the boats wait in the harbour.') });
  return { engine, model: createModel(engine) };
}

describe('summarize.plan', () => {
  test.each([
    { text: long },
    { text: long, length: 'short' },
    { text: long, format: 'key-points' },
    { text: long, detail: 0.2 },
    { text: long.slice(0, 3_000), length: 'short' },
    { documents: [0, 1, 2].map((id) => ({ id: `${id}`, text: long.slice(id * 2_000, id * 2_000 + 1_900) })), length: 'short' },
  ] satisfies Partial<SummarizeInput>[])('says what a run will read, and about how many calls and tokens: %#', async (input) => {
    const plan = await summarize.plan(input, open());
    const { usage, chunks } = await summarize(input, open());
    if (usage.calls > 4) expect(plan.chunks).toHaveLength(chunks.length);
    expect(plan.calls / usage.calls).toBeGreaterThan(0.5);
    expect(plan.calls / usage.calls).toBeLessThan(1.5);
    expect(plan.tokens.input / usage.inputTokens).toBeGreaterThan(0.5);
    expect(plan.tokens.input / usage.inputTokens).toBeLessThan(2);
    expect(plan.seconds).toBeGreaterThan(0);
  });

  test('asks the model for a few words only, never for the text', async () => {
    const { engine, model } = open();
    await summarize.plan({ text: long }, { model });
    expect(engine.requests.length).toBeLessThanOrEqual(8);
    for (const { maxTokens, prompt } of engine.requests) {
      expect(maxTokens).toBeLessThan(20);
      expect(prompt).not.toContain('boats');
    }
  });

  test('lists what would be skipped, counts a structure in, refuses what summarize refuses', async () => {
    const { skipped } = await summarize.plan({ text: long, detail: 0 }, open());
    expect(skipped.length).toBeGreaterThan(0);
    expect((await summarize.plan({ text: long }, { ...open(), schema: z.object({ a: z.string() }) })).tokens.output).toBeGreaterThan(500);
    await expect(summarize.plan('', open())).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
