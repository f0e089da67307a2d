import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGone, pulse, type Owner } from './owner.ts';
import { ownerInName, type Store } from './store.ts';

export interface Claim<T> {
  /** Names the work, in `locks/`. */
  key: string;
  owner: Owner;
  /** The finished work of this or another process, if it is there. */
  finished(): Promise<T | undefined>;
  /** Does it. `silent` is the owner that stopped giving signs of life, if this is a takeover. */
  work(silent: string | undefined): Promise<T>;
  /** Called now and then while another process works. */
  waiting?(holder: string): void | Promise<void>;
  signal: AbortSignal;
}

const lookEveryMs = 100;
// By signs of life seen here, never by a file's age: clocks jump, process ids come back.
const patienceMs = 8000;

/**
 * Lets one of several processes do the work while the others wait for its result.
 *
 * The lock only saves work. Where it fails or is taken over wrongly, two processes do the same work in files
 * of their own and publish the same bytes by rename.
 */
export async function workOnce<T>(store: Store, claim: Claim<T>, patience = patienceMs): Promise<T> {
  const lock = store.lock(claim.key);
  let seen: { holder: string; pulse: string | undefined; since: number } | undefined;
  let silent: string | undefined;
  for (;;) {
    claim.signal.throwIfAborted();
    const done = await claim.finished();
    if (done !== undefined) return done;
    const holder = await readHolder(lock);
    if (holder === undefined) {
      const result = await tryToWork(lock, claim, silent);
      if (result !== 'locked') return result.value;
      continue;
    }
    if (ownerInName(holder) === holder && (await isGone(store, holder))) {
      await dropLock(lock, holder);
      continue;
    }
    const beat = await pulse(store, holder);
    if (seen?.holder !== holder || seen.pulse !== beat) seen = { holder, pulse: beat, since: performance.now() };
    if (performance.now() - seen.since > patience) {
      silent = holder;
      await dropLock(lock, holder);
      continue;
    }
    await claim.waiting?.(holder);
    await sleep(lookEveryMs, undefined, { signal: claim.signal });
  }
}

async function tryToWork<T>(lock: string, claim: Claim<T>, silent: string | undefined): Promise<{ value: T } | 'locked'> {
  if ((await takeLock(lock, claim.owner.id)) === 'locked') return 'locked';
  try {
    // The lock came free because someone finished, perhaps just now.
    return { value: (await claim.finished()) ?? (await claim.work(silent)) };
  } finally {
    await dropLock(lock, claim.owner.id);
  }
}

async function takeLock(lock: string, owner: string): Promise<'ours' | 'locked' | 'no locks here'> {
  try {
    await mkdir(dirname(lock), { recursive: true });
  } catch {
    return 'no locks here';
  }
  try {
    await writeFile(lock, owner, { flag: 'wx' });
    return 'ours';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'locked' : 'no locks here';
  }
}

async function dropLock(lock: string, holder: string): Promise<void> {
  if ((await readHolder(lock)) !== holder) return;
  // Moved aside before it is removed: of several takers one succeeds.
  const aside = `${lock}.${process.pid}`;
  await rename(lock, aside).then(
    () => rm(aside, { force: true }),
    () => undefined,
  );
}

/** What the lock says; '' while its holder is about to write. Undefined when it is free or locks do not work here. */
async function readHolder(lock: string): Promise<string | undefined> {
  try {
    return await readFile(lock, 'utf8');
  } catch {
    return undefined;
  }
}
