import { defineConfig } from 'vitest/config';

// Tests run as the compiled JavaScript that ships: the engine starts child processes, and those need real files.
// (the config is exempt from the rule against default exports: vitest asks for one)
export default defineConfig({
  test: {
    include: ['packages/*/dist/**/*.test.js', 'test/dist/**/*.test.js'],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
});
