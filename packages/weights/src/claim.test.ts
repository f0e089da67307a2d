import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { workOnce } from './claim.ts';
import { becomeOwner, isGone } from './owner.ts';
import { openStore, type Store } from './store.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const patience = 300;

async function claimIn(store: Store, key = 'work') {
  const owner = await becomeOwner(store);
  const seen: (string | undefined)[] = [];
  const run = (signal = new AbortController().signal) =>
    workOnce(store, { key, owner, signal, finished: async () => undefined, work: async (silent) => seen.push(silent) }, patience).finally(() => owner.retire());
  return { run, seen, owner };
}

async function lockBy(store: Store, holder: string): Promise<void> {
  await mkdir(dirname(store.lock('work')), { recursive: true });
  await writeFile(store.lock('work'), holder);
}

/** An owner of this machine whose process has ended. */
async function endedOwner(store: Store): Promise<string> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  const { id, retire } = await becomeOwner(store);
  await retire();
  const ended = id.replace(`-${process.pid}-`, `-${child.pid}-`);
  await writeFile(store.alive(ended), '7');
  return ended;
}

test('the lock of an ended process is taken at once', async () => {
  const store = openStore(await temporaryFolder());
  await lockBy(store, await endedOwner(store));
  const start = performance.now();
  const { run, seen } = await claimIn(store);
  await run();
  expect(seen).toEqual([undefined]);
  expect(performance.now() - start).toBeLessThan(patience);
});

test.each([
  ['a process id that came back', (id: string) => id, 0],
  ['another machine, whose clock is a day ahead', (id: string) => `ffffffff${id.slice(8)}`, 24 * 3600],
  ['another machine, whose clock is a day behind', (id: string) => `ffffffff${id.slice(8)}`, -24 * 3600],
])('the lock of a silent owner is taken over after the patience: %s', async (_name, rename, shift) => {
  const store = openStore(await temporaryFolder());
  const other = await becomeOwner(store);
  await other.retire();
  const holder = rename(other.id);
  await writeFile(store.alive(holder), '1'); // never changes again
  await utimes(store.alive(holder), Date.now() / 1000 + shift, Date.now() / 1000 + shift);
  await lockBy(store, holder);
  const start = performance.now();
  const { run, seen } = await claimIn(store);
  await run();
  expect(performance.now() - start).toBeGreaterThanOrEqual(patience);
  expect(seen).toEqual([holder]);
});

test('a lock that names nobody is taken over after the patience', async () => {
  const store = openStore(await temporaryFolder());
  await lockBy(store, '');
  const { run, seen } = await claimIn(store);
  await run();
  expect(seen).toHaveLength(1);
});

test('a holder with a pulse keeps its lock; abort ends the waiting', async () => {
  const store = openStore(await temporaryFolder());
  const holder = await becomeOwner(store);
  await lockBy(store, holder.id);
  let beats = 0;
  const { run, seen } = await claimIn(store);
  const controller = new AbortController();
  const beating = setInterval(() => void writeFile(store.alive(holder.id), `beat ${++beats}`).then(() => beats > 12 && controller.abort()), patience / 6);
  await expect(run(controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
  clearInterval(beating);
  await holder.retire();
  expect(seen).toEqual([]);
  expect(await readFile(store.lock('work'), 'utf8')).toBe(holder.id);
});

test('two calls in one process: one works, both get the result', async () => {
  const store = openStore(await temporaryFolder());
  let result: string | undefined;
  let works = 0;
  const call = async () => {
    const owner = await becomeOwner(store);
    const done = await workOnce(store, { key: 'work', owner, signal: new AbortController().signal, finished: async () => result, work: async () => (works++, (result = 'done')) });
    await owner.retire();
    return done;
  };
  expect(await Promise.all([call(), call(), call()])).toEqual(['done', 'done', 'done']);
  expect(works).toBe(1);
});

test('an owner is gone when it retired, not before', async () => {
  const store = openStore(await temporaryFolder());
  const owner = await becomeOwner(store);
  expect(await isGone(store, owner.id)).toBe(false);
  await owner.retire();
  expect(await isGone(store, owner.id)).toBe(true);
});
