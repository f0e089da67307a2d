import { createWriteStream, existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explainDiskError, reserveDisk } from './disk.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

test('too little space is refused with need and have', async () => {
  const folder = await temporaryFolder();
  await expect(reserveDisk(folder, 1e18)).rejects.toMatchObject({
    code: 'insufficient_disk',
    message: expect.stringMatching(/need 1000000000000\.0 MB, have \d+\.\d MB/),
    details: { path: folder, need: 1e18, have: expect.any(Number) },
  });
  await reserveDisk(join(folder, 'a', 'b'), 1);
});

test('a root that is a file is refused with what to do', async () => {
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  await expect(reserveDisk(join(file, 'files'), 1)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/GLM_TASKS_HOME/) });
});

test.skipIf(!existsSync('/dev/full'))('a real ENOSPC (needs /dev/full, which only Linux has)', async () => {
  const error = await new Promise((resolve) => createWriteStream('/dev/full').on('error', resolve).end('x'));
  expect(explainDiskError(error, '/dev/full', 5e6)).toMatchObject({ code: 'insufficient_disk', message: expect.stringMatching(/need 5\.0 MB/) });
});

test('other errors pass unchanged', () => {
  const error = new Error('something else');
  expect(explainDiskError(error, 'x')).toBe(error);
});
