import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryPath } from './repository.ts';
import { runProgram } from './run-program.ts';

export interface PackedProject {
  folder: string;
  /** The packed packages, as npm would get them. */
  tarballs: string[];
  remove(): Promise<void>;
}

/** An empty project outside the repository with our packages installed the way users install them: from tarballs. */
export async function createPackedProject(installer: 'npm' | 'pnpm'): Promise<PackedProject> {
  const folder = await mkdtemp(join(tmpdir(), 'glm-tasks-project-'));
  await mustRun(process.execPath, [repositoryPath('scripts/pack-packages.mjs'), join(folder, 'tarballs')], repositoryPath(''));
  const tarballs = (await readdir(join(folder, 'tarballs'))).map((name) => join(folder, 'tarballs', name));
  const quick = ['--ignore-scripts', '--prefer-offline'];
  if (installer === 'npm') {
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    await mustRun('npm', ['install', ...quick, '--no-audit', '--no-fund', ...tarballs], folder);
  } else {
    // npm takes one tarball for the dependency of another; pnpm has to be told, until they are in a registry.
    const dependencies = Object.fromEntries(tarballs.map((file) => [nameOf(file), `file:${file}`]));
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies, pnpm: { overrides: dependencies } }));
    await mustRun('pnpm', ['install', ...quick], folder);
  }
  return { folder, tarballs, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** `…/glm-tasks-core-0.1.0.tgz` holds `@glm-tasks/core`. */
function nameOf(tarball: string): string {
  return /([a-z-]+)-\d[^/\\]*$/.exec(tarball)![1]!.replace(/^glm-tasks-/, '@glm-tasks/');
}

async function mustRun(program: string, argv: string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await runProgram(program, argv, { cwd, shell: process.platform === 'win32' && program !== process.execPath });
  if (code !== 0) throw new Error(`${program} ${argv.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
}
