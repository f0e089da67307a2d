// npx pnpm@10.34.9 tarballs [folder]: packs every public package, with workspace and catalog versions replaced as in publishing.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export function packPackages(folder) {
  // npx and corepack put pnpm on the path of whatever they start.
  execFileSync('pnpm', ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', resolve(folder)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = process.argv[2] ?? 'tarballs';
  packPackages(folder);
  for (const name of readdirSync(folder).toSorted()) console.log(`${(statSync(join(folder, name)).size / 1000).toFixed(0).padStart(6)} kB  ${name}`);
}
