import fc from 'fast-check';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { collectGarbage } from './collect-garbage.ts';
import { checkConvertedFolder } from './converted-folder.ts';
import { longestPartial } from './partial-file.ts';
import { openStore } from './store.ts';
import { fakeBytes, fakeModel, sha256Of } from './testing/fake-model.ts';
import { openMirror } from './testing/mirror.ts';
import { startPrepare, startPull } from './testing/processes.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { until } from './testing/until.ts';

const body = fakeBytes(4 << 20);
const digest = sha256Of(body);
const model = fakeModel(body);

async function home(): Promise<string> {
  const folder = join(await temporaryFolder(), 'home');
  await mkdir(folder);
  return folder;
}

test('killed with -9 at ten random points, the download goes on each time and ends right', async () => {
  const seed = Date.now();
  const points = fc.sample(fc.integer({ min: 0, max: body.length - 1 }), { numRuns: 10, seed }).sort((a, b) => a - b);
  const mirror = await openMirror(body, { always: { kind: 'slow', bytesPerTick: 1 << 14 } });
  onTestFinished(() => mirror.close());
  const store = openStore(await home());
  for (const point of points) {
    const { child, ended } = await startPull(model, store.root, { HF_ENDPOINT: mirror.endpoint });
    await until(() => mirror.sent() >= point || child.exitCode !== null);
    child.kill('SIGKILL');
    await ended;
    // What has the final name is whole; all else is a left-over.
    const finished = (await readdir(store.filesFolder).catch((): string[] => [])).includes(digest);
    if (finished) expect(sha256Of(await readFile(store.file(digest)))).toBe(digest);
  }
  const { ended } = await startPull(model, store.root, { HF_ENDPOINT: mirror.endpoint });
  expect(await ended).toMatchObject({ code: 0, stdout: store.file(digest) });
  expect(sha256Of(await readFile(store.file(digest)))).toBe(digest);
  const sentTwice = mirror.sent() - body.length;
  expect(sentTwice, `seed ${seed}`).toBeLessThan(points.length * (1 << 20));
  await collectGarbage(store);
  expect(await readdir(store.filesFolder)).toEqual([digest]);
  expect(await readdir(store.aliveFolder)).toEqual([]);
});

test.each(['with locks', 'without locks'])('five processes pull one file %s', async (locks) => {
  const mirror = await openMirror(body, { always: { kind: 'slow', bytesPerTick: 1 << 16 } });
  onTestFinished(() => mirror.close());
  const store = openStore(await home());
  // A file where the folder of locks should be: no lock can be taken.
  if (locks === 'without locks') await writeFile(join(store.root, 'locks'), '');
  const processes = await Promise.all(Array.from({ length: 5 }, () => startPull(model, store.root, { HF_ENDPOINT: mirror.endpoint })));
  for (const { ended } of processes) expect(await ended).toMatchObject({ code: 0, stdout: store.file(digest), stderr: '' });
  expect(sha256Of(await readFile(store.file(digest)))).toBe(digest);
  expect(await readdir(store.filesFolder)).toEqual([digest]);
  expect(mirror.sent()).toBeLessThanOrEqual(locks === 'with locks' ? 2 * body.length : 5 * body.length);
});

test('waiting processes go on when the one that downloads is killed', async () => {
  const mirror = await openMirror(body, { always: { kind: 'slow', bytesPerTick: 1 << 14 } });
  onTestFinished(() => mirror.close());
  const store = openStore(await home());
  const first = await startPull(model, store.root, { HF_ENDPOINT: mirror.endpoint });
  await until(async () => (await longestPartial(store, digest)) >= 1 << 20);
  const others = await Promise.all(Array.from({ length: 3 }, () => startPull(model, store.root, { HF_ENDPOINT: mirror.endpoint })));
  first.child.kill('SIGKILL');
  for (const { ended } of others) expect(await ended).toMatchObject({ code: 0, stderr: '' });
  expect(sha256Of(await readFile(store.file(digest)))).toBe(digest);
  expect(mirror.sent()).toBeLessThan(2 * body.length);
});

test('killed with -9 at five points of the conversion, no half folder is ever used', async () => {
  const store = openStore(await home());
  const gguf = join(store.root, '..', 'model.gguf');
  await writeFile(gguf, 'weights');
  const folder = store.model(sha256Of(Buffer.from('weights')), 'auto', 1);
  const size = async () => {
    const building = (await readdir(store.modelsFolder).catch((): string[] => [])).find((name) => name.endsWith('.building'));
    return building === undefined ? 0 : ((await stat(join(store.modelsFolder, building, 'weights.bin')).catch(() => undefined))?.size ?? 0);
  };
  for (let kill = 0; kill < 5; kill++) {
    const { child, ended } = startPrepare(gguf, store.root);
    await until(async () => (await size()) > kill * 7000 || child.exitCode !== null);
    child.kill('SIGKILL');
    await ended;
    if (await stat(folder).catch(() => undefined)) expect(typeof (await checkConvertedFolder(folder))).toBe('object');
  }
  expect(await startPrepare(gguf, store.root).ended).toMatchObject({ code: 0, stdout: folder, stderr: '' });
  expect(await readdir(store.modelsFolder)).toEqual([basename(folder)]);
});

test('a root that is a symbolic link works', async () => {
  const real = await home();
  const link = join(real, '..', 'link');
  await symlink(real, link);
  const mirror = await openMirror(body);
  onTestFinished(() => mirror.close());
  const { ended } = await startPull(model, link, { HF_ENDPOINT: mirror.endpoint });
  expect(await ended).toMatchObject({ code: 0, stdout: openStore(link).file(digest) });
});
