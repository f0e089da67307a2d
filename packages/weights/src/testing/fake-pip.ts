import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** A folder for PATH with a `python3` that "downloads" wheels from another folder, and writes down what it was asked. */
export async function fakePip(folder: string, wheels: Record<string, Buffer>): Promise<{ PATH: string; log: string }> {
  const bin = join(folder, 'bin');
  const index = join(folder, 'index');
  const log = join(folder, 'pip.log');
  await mkdir(bin, { recursive: true });
  await mkdir(index, { recursive: true });
  for (const [requirement, wheel] of Object.entries(wheels)) await writeFile(join(index, `${requirement}.whl`), wheel);
  // Arguments end in: --dest FOLDER NAME==VERSION
  const script = `#!/bin/sh
echo "$@" >> "${log}"
while [ "$1" != "--dest" ]; do shift; done
cp "${index}/$3.whl" "$2/" 2>/dev/null && exit 0
echo "ERROR: No matching distribution found for $3" >&2
exit 1
`;
  await writeFile(join(bin, 'python3'), script);
  await chmod(join(bin, 'python3'), 0o755);
  return { PATH: [bin, process.env['PATH'] ?? ''].join(delimiter), log };
}

/** A PATH on which there is no Python at all, or one without pip. */
export async function pathWithoutPip(folder: string, python: 'absent' | 'without pip'): Promise<string> {
  const bin = join(folder, 'bare');
  await mkdir(bin, { recursive: true });
  if (python === 'absent') return bin;
  const script = join(bin, 'python3');
  await writeFile(script, '#!/bin/sh\necho "/usr/bin/python3: No module named pip" >&2\nexit 1\n');
  await chmod(script, 0o755);
  await copyFile(script, join(bin, 'python'));
  await chmod(join(bin, 'python'), 0o755);
  return bin;
}
