import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryPath } from './repository.ts';
import { runProgram } from './run-program.ts';

export interface PackedProject {
  folder: string;
  remove(): Promise<void>;
}

/** An empty project outside the repository with our packages installed the way users install them: from tarballs. */
export async function createPackedProject(): Promise<PackedProject> {
  const folder = await mkdtemp(join(tmpdir(), 'glm-tasks-project-'));
  await mustRun('pnpm', ['tarballs', join(folder, 'tarballs')], repositoryPath(''));
  const tarballs = await readdir(join(folder, 'tarballs'));
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await mustRun('npm', [...install, ...tarballs.map((name) => join(folder, 'tarballs', name))], folder);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function mustRun(program: string, argv: string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await runProgram(program, argv, { cwd, shell: process.platform === 'win32' });
  if (code !== 0) throw new Error(`${program} ${argv.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
}
