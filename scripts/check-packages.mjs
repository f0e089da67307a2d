// Packs each package as it would be published and checks the tarball: publint for the manifest, attw for the types.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packPackages } from './pack-packages.mjs';

const folder = mkdtempSync(join(tmpdir(), 'glm-tasks-check-'));
let failed = 0;
try {
  packPackages(folder);
  for (const tarball of readdirSync(folder).toSorted()) {
    for (const command of [
      ['publint', join(folder, tarball), '--strict'],
      ['attw', join(folder, tarball), '--profile', 'esm-only', '--format', 'ascii'],
    ]) {
      const [tool, ...options] = command;
      const { status, stdout, stderr } = spawnSync(join('node_modules', '.bin', tool), options, { encoding: 'utf8' });
      console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${tool} ${tarball}`);
      if (status !== 0) {
        console.log(stdout + stderr);
        failed += 1;
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
