import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const program = fileURLToPath(new URL('../testing/slow-story.js', import.meta.url));
const linesOf = async (path: string): Promise<string[]> => (await readFile(path, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

/** Runs the program, and kills it once it asks for a passage of this chapter. */
function run(store: string, log: string, kill?: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, store, log], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    const watch = setInterval(async () => kill !== undefined && (await linesOf(log)).includes(`passage ${kill}`) && child.kill('SIGKILL'), 5);
    child.stdout.on('data', (data) => (output += data));
    child.on('error', reject);
    child.on('close', () => {
      clearInterval(watch);
      resolve(output);
    });
  });
}

test('killed with -9 in chapter 2, and again in chapter 3: each run goes on with that chapter, by the same outline, to the same story', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'glm-tasks-story-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const undisturbed = JSON.parse(await run(at('other-store'), at('other-log')));

  expect(await run(at('store'), at('log-1'), 2)).toBe('');
  expect(await run(at('store'), at('log-2'), 3)).toBe('');
  expect(await linesOf(at('log-2'))).not.toContain('start ');
  expect(await linesOf(at('log-2'))).not.toContain('passage 1');
  expect((await linesOf(at('log-2')))[0]).toBe('passage 2');
  const { calls, ...resumed } = JSON.parse(await run(at('store'), at('log-3')));
  expect((await linesOf(at('log-3')))[0]).toBe('passage 3');
  expect(resumed).toEqual({ outline: undisturbed.outline, text: undisturbed.text });
  expect(calls).toBeLessThan(undisturbed.calls);
}, 60_000);
