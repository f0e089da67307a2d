import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTaskError } from '../errors.ts';
import { floatBytes, withHeader, writeSafetensors, type TensorParts } from '../testing/write-safetensors.ts';
import { readSafetensors, type SafetensorsFile } from './safetensors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function read(bytes: Uint8Array): Promise<SafetensorsFile> {
  const path = join(folder, `${files++}.safetensors`);
  await writeFile(path, bytes);
  try {
    return await readSafetensors(path);
  } finally {
    await rm(path);
  }
}

const sound: TensorParts[] = [
  { name: 'a.weight', dtype: 'F32', shape: [2, 3], data: floatBytes([1, 2, 3, 4, 5, 6]) },
  { name: '中文', dtype: 'BF16', shape: [5], data: new Uint8Array(10) },
  { name: 'scalar', dtype: 'I64', shape: [], data: new Uint8Array(8) },
  { name: 'none', dtype: 'F16', shape: [0, 7] },
];

describe('a sound file', () => {
  it('is read with its metadata and the place of every tensor', async () => {
    const bytes = writeSafetensors(sound, { format: 'pt' });
    const { tensors, metadata } = await read(bytes);
    const start = bytes.length - 42;
    expect(metadata).toEqual({ format: 'pt' });
    expect([...tensors.values()]).toEqual([
      { name: 'a.weight', format: 'F32', shape: [2, 3], offset: start, bytes: 24 },
      { name: '中文', format: 'BF16', shape: [5], offset: start + 24, bytes: 10 },
      { name: 'scalar', format: 'I64', shape: [], offset: start + 34, bytes: 8 },
      { name: 'none', format: 'F16', shape: [0, 7], offset: start + 42, bytes: 0 },
    ]);
  });

  it('may list its tensors in any order, be padded with spaces, or hold nothing', async () => {
    const header = '{"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}      ';
    expect([...(await read(withHeader(header, [new Uint8Array(3)]))).tensors.keys()]).toEqual(['b', 'a']);
    expect((await read(withHeader('{}'))).tensors.size).toBe(0);
  });

  it('may have names as strange as texts can be', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 8 }), async (names) => {
        const allowed = names.filter((name) => name !== '__proto__' && name !== '__metadata__');
        const { tensors } = await read(writeSafetensors(allowed.map((name) => ({ name, data: floatBytes([1]) }))));
        expect(new Set(tensors.keys())).toEqual(new Set(allowed));
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});

const one = { name: 't', data: floatBytes([1, 2]) };
const entry = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
const damaged: [what: string, bytes: Uint8Array, named: string][] = [
  ['nothing in it', new Uint8Array(), 'header length'],
  ['seven bytes', new Uint8Array(7), 'header length'],
  ['a header length of 0', withHeader('', [], 0n), 'header length'],
  ['a header length past the end', withHeader('{}', [], 3n), 'header length'],
  ['a header length beyond the cap', withHeader('{}', [], 100_000_001n), 'header length'],
  ['an absurd header length', withHeader('{}', [], 2n ** 64n - 1n), 'header length'],
  ['a pickle in a zip in place of it', new TextEncoder().encode('PK\u0003\u0004archive/data.pkl'), 'header length'],
  ['a header that is not UTF-8', withHeader(Uint8Array.of(0x7b, 0xc3, 0x28, 0x7d)), 'UTF-8'],
  ['a byte order mark', withHeader('\uFEFF{}'), 'begin'],
  ['a list for a header', withHeader('[1]'), 'begin'],
  ['a header that is not JSON', withHeader('{"t":}'), 'JSON'],
  ['a header in single quotes', withHeader("{'t': 1}"), 'JSON'],
  ['text behind the header', withHeader('{}x'), 'JSON'],
  ['a nest of 100,000 lists', withHeader(`{"t":${'['.repeat(100_000)}`), 'nested'],
  ['a nest inside an entry', withHeader('{"t":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}', [floatBytes([1])]), 'nested'],
  ['the same name twice', withHeader(`{"t":${entry},"t":${entry}}`, [floatBytes([1])]), 't'],
  ['the same name twice, once in escapes', withHeader(`{"t":${entry},"\\u0074":${entry}}`, [floatBytes([1])]), 't'],
  ['a shape given twice', withHeader('{"t":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,4]}}', [floatBytes([1])]), 'shape'],
  ['__proto__ for a name', withHeader(`{"__proto__":${entry}}`, [floatBytes([1])]), '__proto__'],
  ['__proto__ in metadata', withHeader('{"__metadata__":{"__proto__":"x"}}'), '__proto__'],
  ['a key with a damaged escape', withHeader(`{"\\q":${entry}}`, [floatBytes([1])]), 'damaged key'],
  ['metadata that is a list', withHeader('{"__metadata__":[]}'), '__metadata__'],
  ['metadata that is not text', withHeader('{"__metadata__":{"a":1}}'), '__metadata__'],
  ['an entry that is a number', withHeader('{"t":1}'), 't'],
  ['an entry that is null', withHeader('{"t":null}'), 't'],
  ['an empty name', writeSafetensors([{ ...one, name: '' }]), 'name'],
  ['a name of 600 characters', writeSafetensors([{ ...one, name: 'n'.repeat(600) }]), 'name'],
  ['no number format', writeSafetensors([{ ...one, dtype: 4 }]), 'dtype'],
  ['a shape that is no list', writeSafetensors([{ ...one, shape: '2' }]), 't'],
  ['nine dimensions', writeSafetensors([{ ...one, shape: [2, 1, 1, 1, 1, 1, 1, 1, 1] }]), 't'],
  ['a negative dimension', writeSafetensors([{ ...one, shape: [-1, -2] }]), 't'],
  ['a fractional dimension', writeSafetensors([{ ...one, shape: [0.5, 4] }]), 't'],
  ['dimensions whose product overflows', writeSafetensors([{ ...one, shape: [2 ** 40, 2 ** 40] }]), 't'],
  ['a dimension beyond 2^53', withHeader('{"t":{"dtype":"F32","shape":[9007199254740993],"data_offsets":[0,4]}}', [floatBytes([1])]), 't'],
  ['a shape larger than its bytes', writeSafetensors([{ ...one, shape: [3] }]), 't'],
  ['a shape smaller than its bytes', writeSafetensors([{ ...one, shape: [1] }]), 't'],
  ['three offsets', writeSafetensors([{ ...one, offsets: [0, 8, 8] }]), 't'],
  ['offsets backwards', writeSafetensors([{ ...one, offsets: [8, 0] }]), 't'],
  ['negative offsets', writeSafetensors([{ ...one, offsets: [-8, 0] }]), 't'],
  ['offsets past the end', writeSafetensors([{ ...one, offsets: [0, 8] }, { name: 'u', shape: [2], offsets: [8, 16] }]), 'u'],
  ['two tensors in one place', writeSafetensors([one, { name: 'u', shape: [2], offsets: [0, 8] }]), 'inside another'],
  ['two tensors that overlap', writeSafetensors([one, { name: 'u', shape: [2], offsets: [4, 12], data: floatBytes([1]) }]), 'inside another'],
  ['a gap before the first', writeSafetensors([{ ...one, shape: [1], offsets: [4, 8] }]), 'nothing lies'],
  ['bytes that belong to nothing', new Uint8Array([...writeSafetensors([one]), 0]), 'data'],
];

describe('a damaged or hostile file', () => {
  it.each(damaged)('with %s is refused at once, naming the field', async (_, bytes, named) => {
    const start = performance.now();
    const error = await read(bytes).catch((reason: unknown) => reason);
    expect(isTaskError(error) && error.code).toBe('invalid_model_file');
    expect((error as Error).message).toContain(named);
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('is refused wherever it is cut off', async () => {
    const bytes = writeSafetensors(sound);
    for (let length = 0; length < bytes.length; length++) {
      const error = await read(bytes.subarray(0, length)).catch((reason: unknown) => reason);
      expect(isTaskError(error) && error.code, `cut at ${length}`).toBe('invalid_model_file');
    }
  });

  it('with any bytes changed is either read or refused with a typed error', { timeout: 60_000 }, async () => {
    const bytes = writeSafetensors(sound, { format: 'pt' });
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('{}[]",:\\019-e.\u007f'))));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const mutated = bytes.slice();
        for (const [at, byte] of changes) mutated[at] = byte;
        const result = await read(mutated).catch((reason: unknown) => reason);
        if (isTaskError(result)) {
          refused++;
          expect(['invalid_model_file', 'unsupported_model']).toContain(result.code);
        } else {
          const { tensors } = result as SafetensorsFile;
          for (const { offset, bytes: size } of tensors.values()) expect(offset >= 8 && offset + size <= mutated.length).toBe(true);
        }
      }),
      { numRuns: 5000, seed: 20261124 },
    );
    expect(refused).toBeGreaterThan(2000);
  });
});

it('a number format that we do not know is called unsupported, by its name', async () => {
  const error = await read(writeSafetensors([{ ...one, dtype: 'F4' }])).catch((reason: unknown) => reason);
  expect(isTaskError(error) && error.code).toBe('unsupported_model');
  expect((error as Error).message).toContain('"F4"');
});
