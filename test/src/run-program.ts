import { spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end and gives all it said; `interact` sees the child while it runs. */
export async function runProgram(
  program: string,
  argv: readonly string[],
  options: SpawnOptions & { stdin?: string } = {},
  interact?: (child: ReturnType<typeof spawn>) => void,
): Promise<Finished> {
  const { stdin, ...spawnOptions } = options;
  const child = spawn(program, argv, { ...spawnOptions, stdio: 'pipe' });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  if (stdin !== undefined) child.stdin?.end(stdin);
  interact?.(child);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, ...said };
}
