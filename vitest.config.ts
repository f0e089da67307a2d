import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Tests run as the compiled JavaScript that ships: the engine starts child processes, and those need real files.
// The list comes from the sources, so a compiled test whose source is gone is never run.
const compiledTests = ['test', 'eval', ...readdirSync('packages').map((name) => join('packages', name))]
  .filter((folder) => existsSync(join(folder, 'src')))
  .flatMap((folder) =>
    readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => join(folder, 'dist', file.replace(/\.ts$/, '.js')).replaceAll('\\', '/')),
  );
const needsWeights = (file: string): boolean => file.endsWith('.model.test.js');

export default defineConfig({
  test: {
    // Real models use every core, so their tests come last and one file at a time.
    projects: [
      {
        test: {
          name: 'unit',
          include: compiledTests.filter((file) => !needsWeights(file)),
          testTimeout: 30_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'model',
          include: compiledTests.filter(needsWeights),
          globalSetup: ['test/src/model-setup.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
