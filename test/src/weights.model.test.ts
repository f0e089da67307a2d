import { expect, test } from 'vitest';
import { testModel, whySkipped } from './test-model.ts';

// Elsewhere tests without weights are skipped with the reason; where CI is set, this one test turns that into a failure.
test.runIf(process.env['CI'])('the weights that model tests need are there', () => {
  expect(whySkipped).toBe('');
  expect(testModel).not.toBe('');
});
