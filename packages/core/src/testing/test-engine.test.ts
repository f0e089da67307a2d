import { describe, it } from 'vitest';
import { fakeEngine } from './fake-engine.ts';
import { testEngine } from './test-engine.ts';

describe('the fake engine keeps the contract', () => {
  const story = 'Once upon a time a fox lived by the sea, 很久以前 🎉, and it went on and on. '.repeat(20);
  for (const { name, run } of testEngine(async () => fakeEngine({ reply: () => story }))) it(name, run);
});
