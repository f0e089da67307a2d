import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { catalog } from './catalog.ts';
import { TaskError } from './errors.ts';
import { prepareWith, type Converter, type PrepareOptions } from './prepare.ts';
import { openStore } from './store.ts';
import { listModels, removeModel, showModel, verifyModel } from './stored-models.ts';
import { fakeBytes, sha256Of } from './testing/fake-model.ts';
import { openMirror } from './testing/mirror.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const body = fakeBytes(300_000);
const digest = sha256Of(body);

/** Writes one file and the manifest; `fail` stops it half way. */
function fakeConverter(fail?: () => Error): Converter & { runs: number } {
  const converter: Converter & { runs: number } = {
    version: 3,
    runs: 0,
    convert: async (gguf, folder, { sourceSha256, signal }) => {
      converter.runs++;
      const bytes = await readFile(gguf);
      await mkdir(join(folder, 'data'));
      await writeFile(join(folder, 'data', 'weights.bin'), bytes);
      signal?.throwIfAborted();
      if (fail !== undefined) throw fail();
      const source = { file: 'model.gguf', sha256: sourceSha256, bytes: bytes.length };
      await writeFile(join(folder, 'manifest.json'), JSON.stringify({ format: 1, converterVersion: 3, source, files: { 'data/weights.bin': { bytes: bytes.length } } }));
    },
  };
  return converter;
}

async function setUp(converter: Converter = fakeConverter(), environment: NodeJS.ProcessEnv = {}) {
  const folder = await temporaryFolder();
  const store = openStore(join(folder, 'home'));
  const gguf = join(folder, 'model.gguf');
  await writeFile(gguf, body);
  const run = (name = gguf, options: PrepareOptions = {}) => prepareWith(name, options, { store, environment, converter });
  return { store, gguf, run, folder };
}

test('a .gguf file is converted once, under the hash of its bytes', async () => {
  const converter = fakeConverter();
  const { store, run } = await setUp(converter);
  const { folder } = await run();
  expect(folder).toBe(store.model(digest, 'auto', 3));
  expect((await readFile(join(folder, 'data', 'weights.bin'))).equals(body)).toBe(true);
  expect(await run()).toEqual({ folder });
  expect(converter.runs).toBe(1);
  expect(await listModels(store)).toEqual([{ id: 'model.gguf', files: [], converted: [{ folder, bytes: expect.any(Number) }], bytes: expect.any(Number) }]);
  expect((await run(undefined, { precision: '8bit' })).folder).toBe(store.model(digest, '8bit', 3));
  expect(await readdir(store.modelsFolder)).toHaveLength(2);
});

test('several calls at once convert once', async () => {
  const converter = fakeConverter();
  const { run } = await setUp(converter);
  const results = await Promise.all([run(), run(), run(), run()]);
  expect(new Set(results.map((result) => result.folder)).size).toBe(1);
  expect(converter.runs).toBe(1);
});

test.each([
  ['without a manifest', (folder: string) => rm(join(folder, 'manifest.json'))],
  ['with a cut file', (folder: string) => truncate(join(folder, 'data', 'weights.bin'), 10)],
  ['with a missing file', (folder: string) => rm(join(folder, 'data'), { recursive: true })],
  ['with a manifest that leads elsewhere', (folder: string) => writeFile(join(folder, 'manifest.json'), JSON.stringify({ format: 1, converterVersion: 3, source: { file: 'x', sha256: digest, bytes: 1 }, files: { '../../../etc/hostname': { bytes: 1 } } }))],
  ['with half a manifest', (folder: string) => writeFile(join(folder, 'manifest.json'), '{"format":1,')],
])('a folder %s is never used, but made anew', async (_name, damage) => {
  const converter = fakeConverter();
  const { store, run } = await setUp(converter);
  const { folder } = await run();
  await damage(folder);
  await expect(run(folder)).rejects.toMatchObject({ code: 'invalid_model_file' });
  expect(await run()).toEqual({ folder });
  expect(converter.runs).toBe(2);
  expect(await run(folder)).toEqual({ folder });
  expect(await readdir(store.modelsFolder)).toHaveLength(1);
});

test('a conversion that fails leaves nothing, and says what the converter says', async () => {
  const { store, run } = await setUp(fakeConverter(() => new TaskError('unsupported_model', 'an architecture we do not have')));
  await expect(run()).rejects.toMatchObject({ code: 'unsupported_model', message: 'an architecture we do not have' });
  expect(await readdir(store.modelsFolder)).toEqual([]);
});

test('a full disk during the conversion is told as such', async () => {
  const { store, run } = await setUp(fakeConverter(() => Object.assign(new Error('write'), { code: 'ENOSPC' })));
  await expect(run()).rejects.toMatchObject({ code: 'insufficient_disk', message: expect.stringMatching(/Free some space/) });
  expect(await readdir(store.modelsFolder)).toEqual([]);
});

test('names that lead nowhere', async () => {
  const { run, folder } = await setUp();
  await expect(run(join(folder, 'nothing.gguf'))).rejects.toMatchObject({ code: 'model_not_found' });
  await expect(run('./nothing.gguf')).rejects.toMatchObject({ code: 'model_not_found' });
  await expect(run('smoll')).rejects.toMatchObject({ code: 'model_not_found' });
  await expect(run('a\0b')).rejects.toMatchObject({ code: 'invalid_input' });
});

test('abort is a typed error', async () => {
  const { run } = await setUp();
  await expect(run(undefined, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'TaskError', code: 'aborted' });
});

test('a file of the Hub is pulled with trustFirst and converted; its folder can be listed', async () => {
  const mirror = await openMirror(body);
  onTestFinished(() => mirror.close());
  const { store, run } = await setUp(fakeConverter(), { HF_ENDPOINT: mirror.endpoint });
  const name = 'someone/something/model.gguf';
  const { folder } = await run(name, { trustFirst: true });
  expect(await run(name)).toEqual({ folder });
  expect(mirror.requests).toHaveLength(1);
  const stored = { id: name, files: [{ sha256: digest, bytes: body.length }], converted: [{ folder }] };
  expect(await listModels(store)).toMatchObject([stored]);
  expect(await showModel(name, store)).toMatchObject(stored);
});

test('verify finds a flipped bit, repair removes the file, remove leaves nothing', async () => {
  const mirror = await openMirror(body);
  onTestFinished(() => mirror.close());
  const { store, run } = await setUp(fakeConverter(), { HF_ENDPOINT: mirror.endpoint });
  const name = 'someone/something/model.gguf';
  await run(name, { trustFirst: true });
  expect((await verifyModel(name, {}, store)).map((verdict) => verdict.ok)).toEqual([true, true]);
  const flipped = Buffer.from(body);
  flipped[9] = flipped[9]! ^ 1;
  await writeFile(store.file(digest), flipped);
  expect(await verifyModel(name, { repair: true }, store)).toMatchObject([{ ok: false, want: digest, got: sha256Of(flipped) }, { ok: true }]);
  expect(await readdir(store.filesFolder)).toEqual([]);
  const { removed, bytes } = await removeModel(name, store);
  expect(removed).toHaveLength(1);
  expect(bytes).toBeGreaterThan(body.length);
  expect(await readdir(store.modelsFolder)).toEqual([]);
  expect(await listModels(store)).toEqual([]);
});

test('nothing is listed in an empty store, and every catalog model can be shown', async () => {
  const { store } = await setUp();
  expect(await listModels(store)).toEqual([]);
  for (const { id } of catalog) expect(await showModel(id, store)).toMatchObject({ id, bytes: 0, converted: [] });
});

test('a checkpoint folder of the Hub is converted once, under the hash of its files', async () => {
  const converter = folderConverter();
  const { store, run, folder } = await setUp(converter);
  const hub = join(folder, 'hub');
  await mkdir(hub);
  await writeFile(join(hub, 'config.json'), '{"model_type":"llama"}');
  await writeFile(join(hub, 'model.safetensors'), body);
  await writeFile(join(hub, 'README.md'), 'read by nobody');
  const first = await run(hub);
  await writeFile(join(hub, 'README.md'), 'still read by nobody');
  expect(await run(hub)).toEqual(first);
  expect(converter.runs).toBe(1);
  await writeFile(join(hub, 'config.json'), '{"model_type":"qwen2"}');
  expect(await run(hub)).not.toEqual(first);
  expect(await readdir(store.modelsFolder)).toHaveLength(2);
  await expect(run(folder)).rejects.toMatchObject({ code: 'invalid_model_file' });
});

test('a base with an adapter has a folder of its own, under both hashes', async () => {
  const converter = folderConverter();
  const { store, run, folder, gguf } = await setUp(converter);
  const adapter = join(folder, 'adapter.gguf');
  await writeFile(adapter, 'one');
  const plain = await run();
  const merged = await run(gguf, { adapter });
  expect(await run(gguf, { adapter })).toEqual(merged);
  await writeFile(adapter, 'another');
  const other = await run(gguf, { adapter });
  expect(new Set([plain, merged, other].map((one) => one.folder)).size).toBe(3);
  expect(converter.runs).toBe(3);
  for (const one of [plain, merged, other]) expect(one.folder).toContain(digest);
  expect(converter.adapters).toEqual([undefined, sha256Of(Buffer.from('one')), sha256Of(Buffer.from('another'))]);
  expect(await readdir(store.modelsFolder)).toHaveLength(3);
  await expect(run(gguf, { adapter: join(folder, 'nothing') })).rejects.toMatchObject({ code: 'model_not_found' });
  await expect(run(plain.folder, { adapter })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('converted already') });
});

/** Notes what it was given. */
function folderConverter(): Converter & { runs: number; adapters: (string | undefined)[] } {
  const converter: Converter & { runs: number; adapters: (string | undefined)[] } = {
    version: 3,
    runs: 0,
    adapters: [],
    convert: async (_path, folder, { sourceSha256, adapter }) => {
      converter.runs++;
      converter.adapters.push(adapter?.sha256);
      await writeFile(join(folder, 'weights.bin'), 'x');
      const source = { file: 'model', sha256: sourceSha256, bytes: 1 };
      await writeFile(join(folder, 'manifest.json'), JSON.stringify({ format: 1, converterVersion: 3, source, files: { 'weights.bin': { bytes: 1 } } }));
    },
  };
  return converter;
}
