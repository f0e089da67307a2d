import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { storeRoot } from '@glm-tasks/weights';
import { freeSpace } from './free-space.ts';
import { formatBytes } from './progress.ts';
import type { Shell } from './shell.ts';

export interface Finding {
  name: string;
  /** `fail`: nothing will run. `warn`: something will be slow or unavailable. */
  status: 'ok' | 'warn' | 'fail';
  text: string;
  /** What to do about it. */
  hint?: string;
}

/** Looks at everything that has to be right before a model runs. */
export async function diagnose({ env, signal }: Shell, offline: boolean): Promise<Finding[]> {
  return await Promise.all([
    checkNode(),
    checkProcessor(),
    checkMemory(),
    checkEngine(),
    checkCache(env),
    checkPip(signal),
    ...(offline ? [] : [checkHub(env, signal)]),
  ]);
}

function checkNode(): Finding {
  const text = `${process.version} on ${process.platform} ${process.arch}`;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return { name: 'Node', status: 'ok', text };
  return { name: 'Node', status: 'fail', text, hint: 'Install Node 20.19 or newer.' };
}

async function checkProcessor(): Promise<Finding> {
  const flags = await readFile('/proc/cpuinfo', 'utf8').catch(() => ''); // only Linux has it
  const vector = ['avx512_vnni', 'avx512f', 'avx_vnni', 'avx2'].find((flag) => flags.includes(flag));
  const text = [cpus()[0]?.model ?? 'unknown', `${availableParallelism()} cores`, vector].filter(Boolean).join(', ');
  if (process.platform !== 'linux' || process.arch !== 'x64' || vector !== undefined) return { name: 'CPU', status: 'ok', text };
  return { name: 'CPU', status: 'warn', text, hint: 'This CPU lacks AVX2: models will run, but slowly.' };
}

function checkMemory(): Finding {
  const text = `${formatBytes(totalmem())}, ${formatBytes(freemem())} free`;
  if (totalmem() >= 4e9) return { name: 'Memory', status: 'ok', text };
  return { name: 'Memory', status: 'warn', text, hint: 'Use the small model: glm-tasks … --model small' };
}

// The engine's library is native code, so it is tried in a process of its own.
async function checkEngine(): Promise<Finding> {
  const name = 'Engine';
  try {
    const library = createRequire(import.meta.resolve('@glm-tasks/core')).resolve('onnxruntime-node');
    const code = `process.stdout.write(require(${JSON.stringify(library)}).env.versions.node ?? 'loads')`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', code]);
    return { name, status: 'ok', text: `onnxruntime-node ${stdout}` };
  } catch (error) {
    const text = `onnxruntime-node does not load: ${firstLine(error)}`;
    return { name, status: 'fail', text, hint: 'Reinstall glm-tasks; if this stays, your system is not supported.' };
  }
}

async function checkCache(env: Shell['env']): Promise<Finding> {
  const root = storeRoot(env);
  const free = await freeSpace(root);
  const text = `${root}, ${formatBytes(free)} free`;
  if (free > 3e9) return { name: 'Cache', status: 'ok', text };
  return { name: 'Cache', status: 'warn', text, hint: 'The default model needs 3 GB here; GLM_TASKS_HOME moves the folder.' };
}

async function checkPip(signal: AbortSignal): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)('python3', ['-m', 'pip', '--version'], { signal });
    return { name: 'pip', status: 'ok', text: stdout.trim().replace(/ from .*? \(/, ' (') };
  } catch {
    const hint = 'Only needed where the Hugging Face Hub cannot be reached.';
    return { name: 'pip', status: 'warn', text: 'python3 -m pip does not run', hint };
  }
}

async function checkHub(env: Shell['env'], signal: AbortSignal): Promise<Finding> {
  const endpoint = env['HF_ENDPOINT'] || 'https://huggingface.co';
  try {
    const response = await fetch(endpoint, { method: 'HEAD', signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
    return { name: 'Hub', status: 'ok', text: `${endpoint} answers ${response.status}` };
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const hint = 'Models come from their second source then (pip), or set HF_ENDPOINT to a mirror, or HTTPS_PROXY.';
    return { name: 'Hub', status: 'warn', text: `${endpoint} cannot be reached: ${firstLine(reason)}`, hint };
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
