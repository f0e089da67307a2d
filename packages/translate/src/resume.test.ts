import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { toChinese } from './testing/fake-translator.ts';

const program = fileURLToPath(new URL('./testing/slow-translation.js', import.meta.url));
const linesOf = async (path: string): Promise<string[]> => (await readFile(path, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

/** Runs the program, and kills it once `kill` calls were asked for. */
function run(store: string, log: string, kill = Infinity): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, store, log], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    const watch = setInterval(async () => (await linesOf(log)).length >= kill && child.kill('SIGKILL'), 5);
    child.stdout.on('data', (data) => (output += data));
    child.on('error', reject);
    child.on('close', () => {
      clearInterval(watch);
      resolve(output);
    });
  });
}

test('killed with -9 at three random points of a run of 60 segments: it goes on, pays no finished segment twice, and ends with the same text', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'glm-tasks-translate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const undisturbed = JSON.parse(await run(at('other-store'), at('other-log')));
  expect(undisturbed.calls).toBe(60);

  const seed = Date.now();
  let asked = 0;
  /** What the calls since the last look were for; none may be in the store as it was before them. */
  const checkUnpaid = async (finished: string) => {
    const all = await linesOf(at('log'));
    for (const source of all.slice(asked)) expect(finished, `seed ${seed}`).not.toContain(JSON.stringify(toChinese(source)));
    asked = all.length;
  };
  for (const calls of fc.sample(fc.integer({ min: 5, max: 18 }), { numRuns: 3, seed })) {
    const finished = await readFile(at('store'), 'utf8').catch(() => '');
    await run(at('store'), at('log'), asked + calls);
    await checkUnpaid(finished);
  }
  const finished = await readFile(at('store'), 'utf8');
  const last = JSON.parse(await run(at('store'), at('log')));
  await checkUnpaid(finished);
  expect(last.translated).toBe(undisturbed.translated);
  expect(last.calls).toBeLessThan(60);
  expect(last.calls).toBeGreaterThan(0);
}, 60_000);
