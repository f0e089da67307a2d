import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { CatalogModel } from '../catalog.ts';

export interface Run {
  child: ChildProcess;
  /** Resolves with the exit code (null when killed) and what the process wrote. */
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Starts a process of its own that pulls the model into the store at `home`. */
export async function startPull(model: CatalogModel, home: string, environment: NodeJS.ProcessEnv): Promise<Run> {
  const description = join(home, '..', 'model.json');
  await writeFile(description, JSON.stringify(model));
  return start(new URL('./pull-process.js', import.meta.url), description, { GLM_TASKS_HOME: home, ...environment });
}

/** Starts a process of its own that converts a file, slowly, into the store at `home`. */
export function startPrepare(gguf: string, home: string): Run {
  return start(new URL('./prepare-process.js', import.meta.url), gguf, { GLM_TASKS_HOME: home });
}

function start(script: URL, argument: string, environment: NodeJS.ProcessEnv): Run {
  const child = spawn(process.execPath, [fileURLToPath(script), argument], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr })) };
}
