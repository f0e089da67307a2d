import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printTable } from './table.ts';

const ENTRY = fileURLToPath(new URL('./prepare-process.js', import.meta.url));

/** Kills a pull and conversion with -9 at random moments, runs it again, and lets the model that came out speak. */
export async function measureKills(model: string, times: number): Promise<void> {
  const undisturbed = await inFreshHome((home) => run(model, home));
  const rows: (string | number)[][] = [];
  let right = 0;
  for (let index = 0; index < times; index++) {
    const after = Math.random() * undisturbed.milliseconds;
    const { text } = await inFreshHome(async (home) => {
      await run(model, home, after);
      return run(model, home);
    });
    if (text === undisturbed.text && text !== '') right++;
    rows.push([`${(after / 1000).toFixed(1)} s of ${(undisturbed.milliseconds / 1000).toFixed(1)} s`, text === undisturbed.text ? 'same text' : `other text: ${text}`]);
  }
  printTable(`${model}: killed with -9 during pull and conversion, then run again`, ['killed after', 'the model then says'], [...rows, ['right', `${right} of ${times}`]]);
}

async function inFreshHome<T>(use: (home: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'glm-tasks-kill-'));
  try {
    return await use(home);
  } finally {
    await rm(home, { recursive: true });
  }
}

function run(model: string, home: string, killAfter?: number): Promise<{ text: string; milliseconds: number }> {
  const start = performance.now();
  const child = fork(ENTRY, [model], { env: { ...process.env, GLM_TASKS_HOME: home } });
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  return new Promise((resolve) => {
    let text = '';
    let ready = 0;
    child.on('message', (message: { ready: number } | { text: string }) => {
      if ('text' in message) text = message.text;
      else ready = performance.now() - start;
    });
    child.once('exit', () => {
      clearTimeout(timer);
      resolve({ text, milliseconds: ready });
    });
  });
}
