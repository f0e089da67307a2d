import { describe, expect, it } from 'vitest';
import { planMemory } from './memory-plan.ts';
import type { ModelFolder } from './model-folder.ts';

// The 0.5B model: 24 layers, 2 heads of 64 numbers, so 24,576 bytes a token.
const model = { layers: 24, keyValueHeads: 2, headDimension: 64, contextLength: 32_768, weightBytes: 700e6 } as ModelFolder;

describe('planMemory', () => {
  it('takes 8 slots of 4,096 tokens where there is room, and says what that costs', () => {
    const plan = planMemory(model, { memoryBudget: 8e9 });
    expect(plan).toMatchObject({ slots: 8, contextLength: 4096 });
    expect(plan.bytes).toBeGreaterThan(700e6 + 10 * 4096 * 24_576);
  });

  it('takes fewer slots, then a shorter context, when memory is short', () => {
    expect(planMemory(model, { memoryBudget: 1.6e9 })).toMatchObject({ slots: 2, contextLength: 4096 });
    expect(planMemory(model, { memoryBudget: 1.2e9 })).toMatchObject({ slots: 1, contextLength: 1024 });
  });

  it('never changes what was asked for, but refuses with the numbers', () => {
    expect(planMemory(model, { slots: 3, contextLength: 5000, memoryBudget: 8e9 })).toMatchObject({ slots: 3, contextLength: 5000 });
    expect(() => planMemory(model, { slots: 8, contextLength: 32_768, memoryBudget: 4e9 })).toThrow(/needs \d+ MB for 8 slots of 32768 tokens, but the budget is 4000 MB/);
  });

  it.each([
    [{ slots: 0 }, /slots/],
    [{ slots: 1.5 }, /slots/],
    [{ contextLength: 10 }, /contextLength/],
    [{ contextLength: 40_000 }, /more than the model's 32768/],
  ])('refuses %j', (wish, message) => {
    expect(() => planMemory(model, { memoryBudget: 1e12, ...wish })).toThrow(message);
  });
});
