import { expect, test } from 'vitest';
import { fakeShell } from '../testing/fake-shell.ts';
import { createTaskProgress } from './task-progress.ts';

test('on a terminal one line is redrawn and taken away at the end', () => {
  const shell = fakeShell({ columns: 40 });
  const progress = createTaskProgress(shell);
  progress.show({ type: 'progress', stage: 'planning', done: 0, total: 1 });
  for (const done of [1, 2, 3]) progress.show({ type: 'progress', stage: 'reading', done, total: 3 });
  progress.end();
  progress.end();
  expect(shell.messages()).not.toContain('\n');
  expect(shell.messages()).toMatch(/planning.*reading: 1 of 3, about \d+ s left.*reading: 3 of 3/s);
  expect(shell.messages().endsWith('\r\u001B[2K')).toBe(true);
  expect(shell.messages().split('\r\u001B[2K')).toHaveLength(6);
});

test('elsewhere each step is a line', () => {
  const shell = fakeShell();
  const progress = createTaskProgress(shell);
  progress.show({ type: 'progress', stage: 'planning', done: 0, total: 1 });
  for (const done of [1, 2]) progress.show({ type: 'progress', stage: 'reading', done, total: 2 });
  progress.end();
  expect(shell.messages()).toBe('reading: 1 of 2\nreading: 2 of 2\n');
});
