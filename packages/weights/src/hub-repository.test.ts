import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertCheckpoint } from './convert-checkpoint.ts';
import { isTaskError } from './errors.ts';
import { findRepositoryFormat, isRepositoryName } from './hub-repository.ts';
import { prepareWith, type PrepareOptions } from './prepare.ts';
import { pullByName } from './pull-by-name.ts';
import { readListing } from './repository-listing.ts';
import { openStore, type Store } from './store.ts';
import { listModels, showModel, verifyModel } from './stored-models.ts';
import { openFakeHub, revision, type FakeRepository } from './testing/fake-hub.ts';
import { writeHubFolder, type HubFolderOptions } from './testing/hub-folder.ts';
import type { Mirror } from './testing/mirror.ts';
import { load, runEngine } from './testing/run-graph.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { writeTinyEncoder } from './testing/tiny-encoder.ts';
import { createTinyModel } from './testing/tiny-model.ts';

const name = 'someone/something';
const model = createTinyModel({ architecture: 'llama' });
const text = [104, 101, 108, 259, 0, 258, 17];

interface World {
  mirror: Mirror;
  store: Store;
  checkpoint: string;
  prepare(options?: PrepareOptions, environment?: NodeJS.ProcessEnv): Promise<string>;
}

async function setUp(folderOptions: HubFolderOptions = {}, repository: FakeRepository = {}): Promise<World> {
  const root = await temporaryFolder();
  const checkpoint = await writeHubFolder(join(root, 'hub'), model, 'llama', folderOptions);
  const mirror = await openFakeHub(checkpoint, repository);
  const store = openStore(join(root, 'home'));
  const converter = { version: 1, convert: convertCheckpoint };
  const prepare = async (options: PrepareOptions = { trustFirst: true }, environment: NodeJS.ProcessEnv = {}): Promise<string> =>
    (await prepareWith(name, { precision: 'source', ...options }, { store, environment: { HF_ENDPOINT: mirror.endpoint, ...environment }, stallMs: 1500, converter })).folder;
  return { mirror, store, checkpoint, prepare };
}

async function score(folder: string): Promise<number[][]> {
  const session = await load(folder, 'engine.onnx');
  return await runEngine(session, model, text, [text.length]).finally(() => session.release());
}

describe('a repository of the Hub with safetensors', () => {
  it.each([false, true])('is pulled file by file, converted and run; in parts: %s', async (sharded) => {
    const { mirror, store, checkpoint, prepare } = await setUp({ sharded });
    const folder = await prepare();
    const local = await prepareWith(checkpoint, { precision: 'source' }, { store, environment: {}, converter: { version: 1, convert: convertCheckpoint } });
    expect(await score(folder)).toEqual(await score(local.folder));
    const urls = mirror.requests.map(({ url }) => url);
    expect(urls[0]).toBe('/api/models/someone/something/revision/main?blobs=true');
    expect(urls.slice(1).every((url) => url.startsWith(`/someone/something/resolve/${revision}/`))).toBe(true);
    // Weights last, each file once.
    expect(urls.at(-1)).toMatch(/\.safetensors$/);
    expect(new Set(urls).size).toBe(urls.length);
    expect(urls.filter((url) => url.endsWith('.safetensors'))).toHaveLength(sharded ? 2 : 1);
  });

  it('is asked for once: from then on it is these files, and needs no network', async () => {
    const { mirror, store, prepare } = await setUp();
    const folder = await prepare();
    const asked = mirror.requests.length;
    expect(await prepare({})).toBe(folder);
    expect(await prepare({ offline: true })).toBe(folder);
    // The files may go: the converted folder serves. Converted anew they are had again, at the same commit.
    await rm(store.filesFolder, { recursive: true });
    expect(await prepare({})).toBe(folder);
    expect(mirror.requests).toHaveLength(asked);
    await rm(folder, { recursive: true });
    expect(await prepare({})).toBe(folder);
    expect(mirror.requests.slice(asked).every(({ url }) => url.includes(revision))).toBe(true);
  });

  it('is refused untrusted, before any file is fetched', async () => {
    const { mirror, store, prepare } = await setUp();
    await expect(prepare({})).rejects.toMatchObject({ code: 'integrity_failed', message: expect.stringContaining('--trust-first') });
    expect(mirror.requests).toHaveLength(1);
    expect(await listModels(store)).toEqual([]);
  });

  it('that has changed since is not taken for what was trusted', async () => {
    const { checkpoint, store, prepare } = await setUp();
    await prepare();
    await rm(store.modelsFolder, { recursive: true });
    await rm(store.filesFolder, { recursive: true });
    const changed = (await readFile(join(checkpoint, 'tokenizer_config.json'), 'utf8')).replace('PreTrained', 'Persuasive');
    const other = await openFakeHub(checkpoint, { without: ['tokenizer_config.json'], files: { 'tokenizer_config.json': changed } });
    await expect(prepare({ trustFirst: true }, { HF_ENDPOINT: other.endpoint })).rejects.toMatchObject({ code: 'integrity_failed' });
  });

  it('is a model like others: shown, listed, verified, planned', async () => {
    const { store, mirror, prepare } = await setUp();
    const surroundings = { store, environment: { HF_ENDPOINT: mirror.endpoint } };
    expect(await pullByName(name, { dryRun: true }, surroundings)).toMatchObject({ model: { id: name, licence: 'mit' }, missing: expect.any(Number) });
    expect(await listModels(store)).toEqual([]);
    await prepare();
    expect((await listModels(store)).map(({ id }) => id)).toEqual([name]);
    const shown = await showModel(name, store);
    expect(shown.files.map((file) => file.name)).toContain('model.safetensors');
    expect(shown.converted).toHaveLength(1);
    expect((await verifyModel(name, {}, store)).every(({ ok }) => ok)).toBe(true);
    await expect(showModel('someone/else', store)).rejects.toMatchObject({ code: 'model_not_found' });
  });

  it('may hold an encoder', async () => {
    const root = await temporaryFolder();
    await writeTinyEncoder(join(root, 'hub'), { beside: { '1_Pooling/config.json': { pooling_mode_cls_token: true } } });
    const mirror = await openFakeHub(join(root, 'hub'));
    const { folder } = await prepareWith(name, { trustFirst: true }, { store: openStore(join(root, 'home')), environment: { HF_ENDPOINT: mirror.endpoint }, converter: { version: 1, convert: convertCheckpoint } });
    expect((await stat(join(folder, 'onnx', 'engine.onnx'))).isFile()).toBe(true);
    expect(mirror.requests.some(({ url }) => url.endsWith('1_Pooling/config.json'))).toBe(true);
  });

  it.each<[string, FakeRepository, 'onnx' | 'safetensors']>([
    ['with ONNX beside them', { files: { 'onnx/model_q4.onnx': 'x' } }, 'onnx'],
    ['with ONNX elsewhere', { files: { 'openvino/model.onnx': 'x', 'model.onnx': 'x' } }, 'safetensors'],
  ])('%s is told apart', async (_, repository, format) => {
    const { mirror, store } = await setUp({}, repository);
    expect(await findRepositoryFormat(name, {}, { store, environment: { HF_ENDPOINT: mirror.endpoint } })).toBe(format);
  });
});

describe('a repository that cannot be run says what to do', () => {
  const parts = ['config.json', 'tokenizer.json', 'model.safetensors'];
  it.each<[what: string, folder: HubFolderOptions, repository: FakeRepository, code: string, told: string]>([
    ['a part of its weights is missing', { sharded: true }, { without: ['model-00002-of-00002.safetensors'] }, 'invalid_model_file', 'model-00002-of-00002.safetensors'],
    ['the index of its weights is missing', { sharded: true }, { without: ['model.safetensors.index.json'] }, 'invalid_model_file', 'model.safetensors.index.json'],
    ['no config', {}, { without: ['config.json'] }, 'invalid_model_file', 'config.json'],
    ['no tokenizer', {}, { without: ['tokenizer.json'] }, 'invalid_model_file', 'tokenizer.json'],
    ['gated', {}, { description: { gated: 'manual' } }, 'download_failed', 'HF_TOKEN'],
    ['closed', {}, { always: { kind: 'status', status: 403 } }, 'download_failed', 'HF_TOKEN'],
    ['not there', {}, { always: { kind: 'status', status: 401 } }, 'model_not_found', 'Check the name'],
    ['not there, by an honest mirror', {}, { always: { kind: 'status', status: 404 } }, 'model_not_found', 'Check the name'],
    ['a web page', {}, { always: { kind: 'web page' } }, 'download_failed', 'web page'],
    ['GGUF', {}, { without: parts, files: { 'a.Q4_K_M.gguf': 'x', 'a.Q8_0.gguf': 'x' } }, 'unsupported_model', 'someone/something/a.Q4_K_M.gguf'],
    ['pickled weights', {}, { without: parts, files: { 'pytorch_model.bin': 'x' } }, 'unsupported_model', 'pytorch_model.bin'],
    ['an adapter', {}, { without: parts, files: { 'adapter_config.json': '{}', 'adapter_model.safetensors': 'x' } }, 'unsupported_model', 'base model'],
    ['only ONNX', {}, { without: parts, files: { 'onnx/model.onnx': 'x' } }, 'unsupported_model', 'transformers-js:someone/something'],
    ['nothing', {}, { without: parts }, 'invalid_model_file', 'no weights'],
    ['no list of files', {}, { description: { siblings: 'none' } }, 'invalid_model_file', 'no weights'],
    ['another architecture', { config: { model_type: 'mamba' } }, {}, 'unsupported_model', 'mamba'],
  ])('%s', async (_, folder, repository, code, told) => {
    const { mirror, prepare } = await setUp(folder, repository);
    const error: unknown = await prepare().catch((reason: unknown) => reason);
    expect(isTaskError(error) ? error.code : error).toBe(code);
    expect((error as Error).message).toContain(told);
    // Whatever is wrong is known before the weights are fetched.
    expect(mirror.requests.filter(({ url }) => url.endsWith('.safetensors'))).toEqual([]);
  });

  it('offline, and never pulled', async () => {
    const { mirror, prepare } = await setUp();
    await expect(prepare({ offline: true })).rejects.toMatchObject({ code: 'download_failed', message: expect.stringContaining('offline') });
    await expect(prepare({}, { HF_HUB_OFFLINE: '1' })).rejects.toMatchObject({ code: 'download_failed' });
    expect(mirror.requests).toEqual([]);
  });

  it('weights that are not those of the description', async () => {
    const siblings = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'].map((rfilename) => ({ rfilename, ...(rfilename.endsWith('s') ? { lfs: { sha256: 'ab'.repeat(32) } } : {}) }));
    const { prepare } = await setUp({}, { description: { siblings } });
    await expect(prepare()).rejects.toMatchObject({ code: 'integrity_failed' });
  });

  it('a token goes along', async () => {
    const { mirror, prepare } = await setUp({}, { description: { gated: 'auto' } });
    await prepare({ trustFirst: true }, { HF_TOKEN: 'hf_secret' });
    expect(mirror.requests.every(({ authorization }) => authorization === 'Bearer hf_secret')).toBe(true);
  });
});

it('names: two segments, and none of the catalog', () => {
  expect(['someone/something', 'BAAI/bge-small-zh-v1.5'].every(isRepositoryName)).toBe(true);
  expect(['small', 'THUDM/chatglm3-6b', 'a/b/c.gguf', 'a/b.gguf', './a/b', '../b', 'a/..', '/a', 'a/', 'con/b', 'a b/c', 'https://a/b'].some(isRepositoryName)).toBe(false);
});

it('whatever a Hub says, a listing names only files we read, or is refused by name', () => {
  const entry = fc.record({ rfilename: fc.oneof(fc.constantFrom('config.json', 'tokenizer.json', 'model.safetensors', '../config.json', '/etc/passwd', 'onnx/a.onnx', 'onnx/../../a.onnx', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors', 'model-00001-of-99999.safetensors', 'run.py'), fc.string()), size: fc.anything(), lfs: fc.anything() });
  fc.assert(
    fc.property(fc.anything(), fc.array(fc.oneof(entry, fc.anything()), { maxLength: 8 }), fc.anything(), (sha, siblings, gated) => {
      try {
        const { files, revision: commit } = readListing('a/b', { sha, siblings, gated, tags: siblings });
        expect(commit).toMatch(/^(main|[0-9a-f]{40})$/);
        for (const file of files) expect(file.name).toMatch(/^([\w.-]+\.(json|jinja|model|safetensors)|1_Pooling\/config\.json)$/);
      } catch (error) {
        expect(error).toMatchObject({ name: 'TaskError' });
      }
    }),
    { numRuns: 500 },
  );
});
