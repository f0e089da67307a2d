import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeShell } from '../testing/fake-shell.ts';
import { createProgress, formatBytes } from './progress.ts';

const file = 'model.gguf';

test('without a terminal: a line a stage and a line every tenth, no control characters', () => {
  const shell = fakeShell();
  const progress = createProgress(shell);
  progress.show({ stage: 'resolve', file });
  for (let bytes = 0; bytes <= 1000; bytes++) progress.show({ stage: 'fetch', file, bytes: bytes * 1e6, total: 1e9 });
  progress.show({ stage: 'verify', file });
  progress.end();

  const lines = shell.messages().trimEnd().split('\n');
  expect(lines).toHaveLength(1 + 11 + 1);
  expect(lines[0]).toBe('Looking up model.gguf');
  expect(lines[6]).toBe('Downloading model.gguf 50 %, 500 MB of 1.00 GB');
  expect(lines.at(-1)).toBe('Checking model.gguf');
  expect(shell.messages()).not.toMatch(/[\r\u001B]/);
});

test.each([20, 80, 200])('a bar never wraps a terminal of %i columns', (columns) => {
  const shell = fakeShell({ columns });
  const progress = createProgress(shell);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (bytes) => {
      progress.show({ stage: 'fetch', file, bytes, total: 1e9, bytesPerSecond: 12e6, secondsLeft: 80 });
    }),
  );
  progress.show({ stage: 'fetch', file, bytes: 1e9, total: 1e9 });
  progress.end();
  const drawn = shell.messages().trimEnd().split('\r\u001B[2K');
  expect(Math.max(...drawn.map((line) => line.length))).toBeLessThan(columns);
  expect(shell.messages().endsWith('\n')).toBe(true);
});

test('a message stands on a line of its own, on a terminal too', () => {
  for (const shell of [fakeShell(), fakeShell({ columns: 80 })]) {
    const progress = createProgress(shell);
    progress.show({ stage: 'fetch', file, bytes: 1, total: 2 });
    progress.show({ stage: 'fetch', file, message: 'hub: the name could not be resolved' });
    progress.show({ stage: 'fetch', file, bytes: 2, total: 2 });
    progress.end();
    expect(shell.messages()).toContain('\nhub: the name could not be resolved\n');
  }
});

test('TERM=dumb gets lines', () => {
  const shell = fakeShell({ columns: 80, env: { TERM: 'dumb' } });
  createProgress(shell).show({ stage: 'load', file });
  expect(shell.messages()).toBe('Loading model.gguf\n');
});

test('conversion counts work, not bytes', () => {
  const shell = fakeShell();
  createProgress(shell).show({ stage: 'convert', file, bytes: 30, total: 120, bytesPerSecond: 10, secondsLeft: 9 });
  expect(shell.messages()).toBe('Converting model.gguf 25 %, 9 s left\n');
});

test.each([[0, '0 B'], [999, '999 B'], [1000, '1.00 kB'], [98_362_432, '98.4 MB'], [1_117_320_768, '1.12 GB']])(
  '%i bytes read as %s',
  (bytes, text) => expect(formatBytes(bytes)).toBe(text),
);
