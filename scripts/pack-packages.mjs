// npx pnpm@10.34.9 tarballs [folder]: packs every public package, with workspace and catalog versions replaced as in publishing.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export function packPackages(folder) {
  // npx and corepack put pnpm on the path of whatever they start.
  execFileSync('pnpm', ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', resolve(folder)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) packPackages(process.argv[2] ?? 'tarballs');
