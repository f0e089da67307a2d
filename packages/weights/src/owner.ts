import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { ownerInName, type Store } from './store.ts';

/** Someone who holds temporary files: one call of pull or prepare. Named `<machine>-<pid>-<random>`. */
export interface Owner {
  readonly id: string;
  /** Gives up everything that carries this owner's name. */
  retire(): Promise<void>;
}

const beatEveryMs = 1000;

/** Becomes an owner: from now on a file in `alive/` changes every second, until `retire` or the end of the process. */
export async function becomeOwner(store: Store): Promise<Owner> {
  const id = `${machine()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const path = store.alive(id);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '0');
  let beats = 0;
  // A missed beat (disk full, folder removed) only lets others take over sooner: more work for them, never a wrong result.
  const timer = setInterval(() => void writeFile(path, String(++beats)).catch(() => undefined), beatEveryMs);
  timer.unref();
  return {
    id,
    retire: () => {
      clearInterval(timer);
      return rm(path, { force: true });
    },
  };
}

/** The owner is certainly no more: it retired, or its process ended on this machine. */
export async function isGone(store: Store, owner: string): Promise<boolean> {
  if ((await pulse(store, owner)) === undefined) return true;
  const [where, pid] = owner.split('-');
  return where === machine() && !isRunning(Number(pid));
}

/** Changes while the owner lives; undefined once it retired, or when it never was an owner. */
export async function pulse(store: Store, owner: string): Promise<string | undefined> {
  if (ownerInName(owner) !== owner) return undefined;
  try {
    return await readFile(store.alive(owner), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

let knownMachine: string | undefined;

/** Process ids mean something only within one boot and one process namespace: containers share volumes, not ids. */
function machine(): string {
  knownMachine ??= createHash('sha256')
    .update(hostname())
    .update(tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')))
    .update(tryRead(() => readlinkSync('/proc/self/ns/pid')))
    .digest('hex')
    .slice(0, 8);
  return knownMachine;
}

function tryRead(read: () => string): string {
  try {
    return read();
  } catch {
    return ''; // not Linux: the host name alone must do
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
