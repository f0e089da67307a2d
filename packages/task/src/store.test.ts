import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, rmdir, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileStore, createMemoryStore, type Store } from './store.ts';

let folder: string;
let files = 0;
const newPath = () => join(folder, `${files++}.remembered`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glm-tasks-store-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Whatever JSON can say; keys and texts with everything that ends a line somewhere. */
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', '\n', '\r\n', '\u2028', '\ud800', '\u0000', '"],["', '很好。'));
const anyPairs = fc.array(fc.tuple(anyText, fc.jsonValue()), { maxLength: 12 });
const inJson = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

async function setAll(store: Store, pairs: readonly (readonly [string, unknown])[]): Promise<void> {
  for (const [key, value] of pairs) await store.set(key, value);
}

describe.each([
  ['createMemoryStore', createMemoryStore],
  ['createFileStore', () => createFileStore(newPath())],
])('%s', (_, create) => {
  test('gives back what was set last, as JSON, and nothing that was not set', async () => {
    const store = create();
    expect(await store.get('nothing')).toBeUndefined();
    const value = { list: [1, null, 'zwei'], deep: { yes: true } };
    await store.set('key', 'first');
    await store.set('key', value);
    value.list.push('changed afterwards');
    const got = (await store.get('key')) as typeof value;
    expect(got).toEqual({ list: [1, null, 'zwei'], deep: { yes: true } });
    got.list.length = 0;
    expect(await store.get('key')).toEqual({ list: [1, null, 'zwei'], deep: { yes: true } });
  });

  test('refuses what is not JSON, and what is too large', async () => {
    const store = create();
    const circle: unknown[] = [];
    circle.push(circle);
    for (const value of [undefined, () => 1, 1n, circle]) await expect(store.set('key', value)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(store.set('key', 'a'.repeat(64_000_000))).rejects.toMatchObject({ code: 'invalid_input', details: { length: 64_000_002 } });
    expect(await store.get('key')).toBeUndefined();
  });
});

describe('createFileStore', () => {
  test('another store on the file finds every value', async () => {
    await fc.assert(
      fc.asyncProperty(anyPairs, async (pairs) => {
        const path = newPath();
        await setAll(createFileStore(path), pairs);
        const store = createFileStore(path);
        for (const [key, value] of new Map(pairs)) expect(await store.get(key)).toEqual(inJson(value));
      }),
      { numRuns: 100 },
    );
  });

  test('a file cut anywhere keeps the values before the cut, and takes new ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat(), async (values, cut, secondCut) => {
        const path = newPath();
        const ends: number[] = [];
        for (const [index, value] of values.entries()) {
          await createFileStore(path).set(`${index}`, value);
          ends.push((await readFile(path)).length);
        }
        const length = cut % ((ends.at(-1) as number) + 1);
        await truncate(path, length);
        const after = createFileStore(path);
        for (const [index, end] of ends.entries()) expect(await after.get(`${index}`)).toEqual(end <= length ? inJson(values[index]) : undefined);
        await after.set('new', '很好。');
        const whole = (await readFile(path)).length;
        await createFileStore(path).set('killed', 'soon');
        await truncate(path, whole + (secondCut % ((await readFile(path)).length - whole)));
        await createFileStore(path).set('last', 1);
        const reader = createFileStore(path);
        expect([await reader.get('new'), await reader.get('killed'), await reader.get('last')]).toEqual(['很好。', undefined, 1]);
        expect(await reader.get('0')).toEqual((ends[0] as number) <= length ? inJson(values[0]) : undefined);
      }),
      { numRuns: 100 },
    );
  });

  test('sets at the same time are written one after the other', async () => {
    const path = newPath();
    const [one, other] = [createFileStore(path), createFileStore(path)];
    await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 ? one : other).set(`${index}`, 'x'.repeat(index * 100))));
    const store = createFileStore(path);
    for (let index = 0; index < 100; index++) expect(await store.get(`${index}`)).toBe('x'.repeat(index * 100));
  });

  test('processes that share a file do it no harm', async () => {
    const path = newPath();
    const script = `
      import { createFileStore } from ${JSON.stringify(new URL('./store.js', import.meta.url).href)};
      const [path, name] = process.argv.slice(1);
      const store = createFileStore(path);
      await Promise.all(Array.from({ length: 60 }, (_, index) => store.set(name + index, name.repeat(index * 4_000))));`;
    const run = promisify(execFile);
    await Promise.all(['a', 'b', '字'].map((name) => run(process.execPath, ['--input-type=module', '-e', script, path, name])));
    const store = createFileStore(path);
    for (const name of ['a', 'b', '字']) {
      for (let index = 0; index < 60; index++) expect((await store.get(name + index)) === name.repeat(index * 4_000)).toBe(true);
    }
  });

  test.each([
    ['a text', 'Dear diary,\n["key",1]\n'],
    ['JSON', '{\n  "name": "package"\n}\n'],
    ['a line of JSON', '{"key":"value"}'],
    ['binary', '\u0000\u0001\ufffd'],
    ['a store of another version', '\n{"glm-tasks":"store","version":2}\n["key",1]'],
    ['something behind our header', '\n{"glm-tasks":"store","version":1}\n{"key":1}'],
  ])('refuses %s and changes nothing in it', async (_, content) => {
    const path = newPath();
    await writeFile(path, content);
    const store = createFileStore(path);
    const failure = expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(path) as string, details: { path } }) as unknown;
    await expect(store.get('key')).rejects.toEqual(failure);
    await expect(store.set('key', 2)).rejects.toEqual(failure);
    expect(await readFile(path, 'utf8')).toBe(content);
    await rm(path);
    await store.set('key', 2);
    expect(await createFileStore(path).get('key')).toBe(2);
  });

  test('makes the folders of its file, and goes on where somebody took the file away', async () => {
    const path = join(folder, 'not', 'there', 'yet.remembered');
    const store = createFileStore(path);
    expect(await store.get('key')).toBeUndefined();
    await store.set('key', 1);
    await rm(path);
    await store.set('next', 2);
    expect(await createFileStore(path).get('next')).toBe(2);
  });

  test('what the disk refuses fails with the path and the reason', async () => {
    const path = newPath();
    await mkdir(path);
    const store = createFileStore(path);
    await expect(store.get('key')).rejects.toMatchObject({ code: 'invalid_input', details: { path, code: 'EISDIR' } });
    await rmdir(path);
    await store.set('key', 1);
    const inside = createFileStore(join(path, 'inside.remembered'));
    await expect(inside.set('key', 1)).rejects.toMatchObject({ code: 'invalid_input', details: { code: 'ENOTDIR' } });
  });
});
