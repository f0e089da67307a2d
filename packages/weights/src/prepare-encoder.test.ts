import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convertCheckpoint } from './convert-checkpoint.ts';
import { hashOfFiles } from './files-hash.ts';
import { layOutFiles } from './lay-out-files.ts';
import { prepareWith } from './prepare.ts';
import { openStore } from './store.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { writeTinyEncoder } from './testing/tiny-encoder.ts';

test('the folder of an encoder is converted once, and anew when it has changed', async () => {
  const root = await temporaryFolder();
  const checkpoint = join(root, 'checkpoint');
  const store = openStore(join(root, 'home'));
  const prepare = () => prepareWith(checkpoint, {}, { store, environment: {}, converter: { version: 1, convert: convertCheckpoint } });
  await writeTinyEncoder(checkpoint);
  const { folder } = await prepare();
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { kind: string };
  expect(manifest.kind).toBe('encoder');
  const written = (await stat(join(folder, 'manifest.json'))).mtimeMs;
  expect(await prepare()).toEqual({ folder });
  expect((await stat(join(folder, 'manifest.json'))).mtimeMs).toBe(written);
  await writeTinyEncoder(checkpoint, { beside: { '1_Pooling/config.json': { pooling_mode_cls_token: true } } });
  expect((await prepare()).folder).not.toBe(folder);
  await expect(prepareWith(checkpoint, { adapter: checkpoint }, { store, environment: {}, converter: { version: 1, convert: convertCheckpoint } })).rejects.toMatchObject({ code: 'invalid_input' });
});

test('files of the store get their names back, without a copy', async () => {
  const root = await temporaryFolder();
  const path = join(root, 'abc');
  await writeFile(path, 'bytes');
  await layOutFiles({ 'config.json': path, 'deep/er.json': path }, join(root, 'laid'));
  expect((await stat(join(root, 'laid', 'deep', 'er.json'))).ino).toBe((await stat(path)).ino);
});

test('the hash of several files changes with every name and every hash, and not with their order', () => {
  const entry = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e'), sha256: fc.constantFrom('x'.repeat(64), 'y'.repeat(64)) });
  const files = fc.uniqueArray(entry, { minLength: 2, maxLength: 5, selector: ({ name }) => name });
  fc.assert(
    fc.property(files, files, (one, other) => {
      const key = (list: typeof one): string => JSON.stringify(list.toSorted((a, b) => a.name.localeCompare(b.name)));
      expect(hashOfFiles(one) === hashOfFiles(other)).toBe(key(one) === key(other));
      expect(hashOfFiles(one)).toBe(hashOfFiles(one.toReversed()));
    }),
  );
  expect(hashOfFiles([{ name: 'a', sha256: 'x' }])).toBe('x');
  expect(hashOfFiles([{ name: 'a', sha256: 'x' }, { name: 'b' }])).toBeUndefined();
  expect(hashOfFiles([])).toBeUndefined();
});
