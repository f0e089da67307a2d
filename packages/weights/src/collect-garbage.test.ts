import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { collectGarbage } from './collect-garbage.ts';
import { becomeOwner } from './owner.ts';
import { openStore, type Store } from './store.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const [first, second] = ['a'.repeat(64), 'b'.repeat(64)] as const;
const foreign = (n: number) => `ffffffff-1-0000000${n}`;

async function emptyStore(): Promise<Store> {
  const store = openStore(await temporaryFolder());
  for (const folder of [store.filesFolder, store.modelsFolder, store.temporaryFolder, store.aliveFolder, store.locksFolder]) await mkdir(folder);
  return store;
}

test('of what ended processes left only the longest begun download stays', async () => {
  const store = await emptyStore();
  await writeFile(store.partial(first, foreign(1)), 'long');
  await writeFile(store.partial(first, foreign(2)), 'x');
  await writeFile(store.partial(second, foreign(3)), 'of a file that is there');
  await writeFile(store.file(second), 'whole');
  await writeFile(store.partial('unpinned', foreign(4)), 'nobody knows of what');
  await mkdir(store.temporary(foreign(1), 'wheel'));
  await mkdir(store.building(store.model(first, 'auto', 1), foreign(1)));
  await mkdir(store.model(second, 'auto', 1));
  await writeFile(store.lock('work'), foreign(1));
  await collectGarbage(store);
  expect(await readdir(store.locksFolder)).toEqual([]);
  expect((await readdir(store.filesFolder)).sort()).toEqual([basename(store.partial(first, foreign(1))), second]);
  expect(await readdir(store.temporaryFolder)).toEqual([]);
  expect(await readdir(store.modelsFolder)).toEqual([basename(store.model(second, 'auto', 1))]);
});

test('what a living process holds stays; another machine gets a week', async () => {
  const store = await emptyStore();
  const { id, retire } = await becomeOwner(store);
  await mkdir(store.temporary(id, 'wheel'));
  await mkdir(store.temporary(foreign(1), 'wheel'));
  await mkdir(store.temporary(foreign(2), 'wheel'));
  await writeFile(store.alive(foreign(1)), '1');
  await writeFile(store.alive(foreign(2)), '1');
  const longAgo = Date.now() / 1000 - 8 * 24 * 3600;
  await utimes(store.alive(foreign(2)), longAgo, longAgo);
  await collectGarbage(store);
  expect((await readdir(store.temporaryFolder)).sort()).toEqual([`${id}.wheel`, `${foreign(1)}.wheel`].sort());
  expect((await readdir(store.aliveFolder)).sort()).toEqual([id, foreign(1)].sort());
  await retire();
});
