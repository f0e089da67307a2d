import { createModel } from '@glm-tasks/core';
import { fakeEngine } from '@glm-tasks/core/testing';
import { createMemoryStore } from '@glm-tasks/task';
import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { summarize } from './summarize.ts';
import { documentOf } from './testing/scripted.ts';

const program = fileURLToPath(new URL('./testing/slow-summary.js', import.meta.url));
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

test('killed with -9 at five random points of a run of 30 parts: it goes on, pays no finished part twice, and ends with the same summary', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'glm-tasks-resume-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const undisturbed = JSON.parse(await run(at('other-store'), at('other-log')));
  expect(undisturbed.calls).toBeGreaterThan(30);

  const seed = Date.now();
  const points = fc.sample(fc.integer({ min: 1, max: 10 }), { numRuns: 5, seed });
  for (const point of points) {
    const asked = (await linesOf(at('log'))).length;
    const finished = await readFile(at('store'), 'utf8').catch(() => '');
    await run(at('store'), at('log'), asked + point);
    for (const mark of (await linesOf(at('log'))).slice(asked)) expect(finished, `seed ${seed}`).not.toContain(mark);
  }
  const asked = (await linesOf(at('log'))).length;
  const finished = await readFile(at('store'), 'utf8').catch(() => '');
  const { summary, calls } = JSON.parse(await run(at('store'), at('log')));
  expect(summary).toBe(undisturbed.summary);
  const last = (await linesOf(at('log'))).slice(asked);
  expect(calls).toBe(last.length);
  for (const mark of last) expect(finished, `seed ${seed}`).not.toContain(mark);
  // Four calls run side by side, so that five kills can cost twenty at most.
  expect(asked + calls).toBeLessThanOrEqual(undisturbed.calls + 20);
}, 60_000);

test('an edited text pays for the parts that changed', async () => {
  const paragraphs = Array.from({ length: 250 }, (_, index) => `Paragraph ${index} tells of the bridge and of the ${index * 7} boats that wait for it. The mayor of the town said so on day ${index}. Nobody in the harbour was glad about it.`);
  const store = createMemoryStore();
  const asked: string[] = [];
  const model = createModel(fakeEngine({ reply: (request) => (asked.push(documentOf(request)), `Boats wait for the bridge, said part ${documentOf(request).length}. The mayor spoke.`) }));
  const first = await summarize(paragraphs.join('\n\n'), { model, store });
  const all = asked.splice(0).length;
  expect(await summarize(paragraphs.join('\n\n'), { model, store })).toMatchObject({ summary: first.summary, usage: { calls: 0 } });
  expect(asked).toEqual([]);
  await summarize(paragraphs.with(20, 'Paragraph 20 is a new one, about the school. It opens in August.').join('\n\n'), { model, store });
  expect(asked.length).toBeLessThan(all / 2);
  expect(asked.length).toBeGreaterThan(0);
});
