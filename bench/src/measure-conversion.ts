import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { printTable } from './table.ts';

// In a process of its own, so that its peak memory is the conversion's.
const CONVERT = `
const { fromPretrained } = await import(process.argv[2]);
let converted = 0;
const start = performance.now();
const model = await fromPretrained(process.argv[1], { onProgress: ({ stage }) => (converted = stage === 'load' ? performance.now() : converted) });
const loaded = performance.now();
await model.dispose();
console.log(JSON.stringify([(converted - start) / 1000, (loaded - converted) / 1000, Math.round(process.resourceUsage().maxRSS / 1000)]));`;

/** Seconds from a downloaded file to a folder that runs, and from there to a loaded model. */
export async function measureConversion(label: string, gguf: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'glm-tasks-bench-'));
  try {
    const environment = { ...process.env, GLM_TASKS_HOME: home };
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', CONVERT, '--', gguf, import.meta.resolve('@glm-tasks/core')], { env: environment });
    const [convert, load, memory] = JSON.parse((await run).stdout) as [number, number, number];
    printTable(`${label}: first use of a downloaded file`, ['what', 'measured'], [
      ['hash and convert, seconds', convert],
      ['load, seconds', load],
      ['peak resident memory while converting, MB', memory],
    ]);
  } finally {
    await rm(home, { recursive: true });
  }
}
