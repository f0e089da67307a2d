import { describe, expect, it } from 'vitest';
import type { Part } from '../../engine.ts';
import { type Job } from './batch-loop.ts';
import type { Constraint } from './constraint.ts';
import { END, setUp } from './testing/batch-loop-setup.ts';

describe('guesses', () => {
  /** Repeats itself after ten tokens, but for every 23rd. */
  const copying = (tokens: readonly number[]): number => (tokens.length % 23 === 0 ? 20 + (tokens.length % 40) : (tokens.at(-10) ?? 1));
  const prompt = Array.from({ length: 30 }, (_, index) => 1 + (index % 10));

  async function run(request: Job['request'], more: Job[] = [], guessCost = 0.25): Promise<{ text: string; end: Part | undefined; steps: number }> {
    const { loop, parts, ended, widths } = setUp(4, 2048, copying, guessCost);
    for (const job of [{ id: 1, prompt, request }, ...more]) loop.add(job);
    await ended(1 + more.length);
    const list = parts.get(1) ?? [];
    return { text: list.map((part) => (part.type === 'text-delta' ? part.text : '')).join(''), end: list.at(-1), steps: widths.length };
  }

  it('save steps and change nothing', async () => {
    for (const maxTokens of [1, 2, 3, 7, 40, 200]) {
      const [guessing, plain] = [await run({ maxTokens }), await run({ maxTokens, promptLookup: false })];
      expect(guessing.text).toBe(plain.text);
      expect(guessing.end).toMatchObject({ finishReason: 'length', usage: { outputTokens: maxTokens } });
      expect(plain.end).not.toHaveProperty('guesses');
      if (maxTokens < 40) continue;
      expect(guessing.steps).toBeLessThan(plain.steps / 2);
      const { guesses } = guessing.end as Extract<Part, { type: 'end' }>;
      expect(guesses!.accepted).toBeGreaterThan(guesses!.made / 2);
      expect(plain.steps - guessing.steps).toBe(guesses!.accepted);
    }
  });

  it('stop where a guessed token costs as much as a step, as on a machine whose cores are taken', async () => {
    const busy = await run({ maxTokens: 200 }, [], 1.1);
    const { guesses } = busy.end as Extract<Part, { type: 'end' }>;
    expect(guesses!.made).toBeLessThan(40);
    expect(busy.text).toBe((await run({ maxTokens: 200, promptLookup: false })).text);
  });

  it('keep to a constraint, which refuses some of them', async () => {
    const constraint: Constraint = {
      prepare: async () => {},
      allows: (token) => token !== 7 && token !== 8 && token !== END,
      restrict: (logits) => void logits.fill(-Infinity, 7, 9),
      accept: () => false,
      dispose: () => {},
    };
    const runHeld = async (promptLookup: boolean) => {
      const { loop, ended, tokensOf, parts } = setUp(4, 2048, copying);
      loop.add({ id: 1, prompt, request: { maxTokens: 120, promptLookup }, constraint });
      await ended(1);
      return { tokens: tokensOf(1), end: parts.get(1)!.at(-1) };
    };
    const [guessing, plain] = [await runHeld(true), await runHeld(false)];
    expect(guessing.tokens).toEqual(plain.tokens);
    expect(guessing.tokens).not.toContain(7);
    expect(guessing.end).toMatchObject({ guesses: { accepted: expect.any(Number) }, usage: { outputTokens: 120 } });
  });

  it('are for greedy rows that are alone', async () => {
    expect((await run({ maxTokens: 40, temperature: 1, seed: 1 })).end).not.toHaveProperty('guesses');
    const { text } = await run({ maxTokens: 60 }, [{ id: 2, prompt: prompt.slice(5), request: { maxTokens: 20 } }]);
    expect(text).toBe((await run({ maxTokens: 60, promptLookup: false })).text);
  });
});
