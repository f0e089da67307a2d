import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTaskError } from '../errors.ts';
import { join as joinBytes, u32, u64, writeGguf, type GgufParts } from '../testing/write-gguf.ts';
import { readGguf, type GgufFile } from './gguf.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gguf-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function read(bytes: Uint8Array): Promise<GgufFile> {
  const path = join(folder, `${files++}.gguf`);
  await writeFile(path, bytes);
  return await readGguf(path);
}

const sound = {
  metadata: [
    ['general.architecture', 'qwen2'],
    ['qwen2.block_count', 2],
    ['flag', true],
    ['epsilon', { float: 0.5 }],
    ['words', { list: ['a', '中文', '😀'] }],
    ['kinds', { list: [1, 2, 3] }],
    ['none', { list: [] }],
  ],
  tensors: [
    { name: 'a', dimensions: [32, 3], format: 'Q8_0' },
    { name: 'b', dimensions: [5], format: 'F32' },
    { name: 'c', dimensions: [256, 2, 2], format: 'Q4_K' },
  ],
} satisfies GgufParts;

describe('a sound file', () => {
  it('is read with its metadata and the place of every tensor', async () => {
    const bytes = writeGguf(sound);
    const file = await read(bytes);
    expect(Object.fromEntries(sound.metadata.map(([key]) => [key, file.metadata.get(key)]))).toEqual({
      'general.architecture': 'qwen2', 'qwen2.block_count': 2, flag: true, epsilon: 0.5, words: ['a', '中文', '😀'], kinds: [1, 2, 3], none: [],
    });
    const dataStart = bytes.length - (128 + 32 + 576);
    expect([...file.tensors.values()]).toEqual([
      { name: 'a', file: file.path, format: 'Q8_0', columns: 32, rows: 3, offset: dataStart, bytes: 102 },
      { name: 'b', file: file.path, format: 'F32', columns: 5, rows: 1, offset: dataStart + 128, bytes: 20 },
      { name: 'c', file: file.path, format: 'Q4_K', columns: 256, rows: 4, offset: dataStart + 160, bytes: 576 },
    ]);
  });

  it('may be of version 2, have its own alignment, or hold nothing', async () => {
    expect((await read(writeGguf({ ...sound, version: 2 }))).tensors.size).toBe(3);
    const wide = await read(writeGguf({ ...sound, alignment: 256, metadata: [...sound.metadata, ['general.alignment', 256]] }));
    expect(wide.tensors.get('b')!.offset % 256).toBe(0);
    expect((await read(writeGguf({}))).tensors.size).toBe(0);
  });

  it('may have texts that cross the edges of what is read at once', async () => {
    const long = 'x'.repeat(1_000_000);
    const file = await read(writeGguf({ metadata: [['one', long], ['two', long], ['three', { list: [long, long] }]] }));
    expect(file.metadata.get('two')).toBe(long);
    expect(file.metadata.get('three')).toEqual([long, long]);
  });

  it.each<[string, ...Uint8Array[]]>([
    ['a text that is not UTF-8', u32(8), u64(1), u64(2), Uint8Array.of(0xc3, 0x28)],
    ['a truth value of 2', u32(7), u64(1), Uint8Array.of(2)],
    ['a number beyond 2^53', u32(10), u64(1), u64(1n << 60n)],
  ])('has lists that are read when they are asked for, and refused then by name: %s', async (_, ...parts) => {
    const file = await read(writeGguf({ metadata: [['other', 1], ['k', value(u32(9), ...parts)], ['last', 'x']] }));
    expect(file.metadata.get('last')).toBe('x');
    expect(() => file.metadata.get('k')).toThrow(expect.objectContaining({ code: 'invalid_model_file', details: expect.objectContaining({ field: 'k' }) }));
  });
});

const huge = (1n << 63n) - 1n;
const value = (...parts: Uint8Array[]): { raw: Uint8Array } => ({ raw: joinBytes(parts) });
const tensor = { name: 't', dimensions: [32], format: 'F32' } as const;
const damaged: [what: string, parts: GgufParts, named: string][] = [
  ['another magic', { magic: 'GGML' }, 'magic'],
  ['a tensor count beyond the cap', { tensorCount: 65_537n }, 'tensor count'],
  ['an absurd tensor count', { tensorCount: huge }, 'tensor count'],
  ['an all-ones tensor count', { tensorCount: 0xffff_ffff_ffff_ffffn }, 'tensor count'],
  ['more tensors announced than there are', { ...sound, tensorCount: 60_000n }, 'tensor 3'],
  ['a metadata count beyond the cap', { metadataCount: 4097n }, 'metadata count'],
  ['an absurd metadata count', { metadataCount: huge }, 'metadata count'],
  ['more metadata announced than there is', { metadataCount: 4096n }, 'metadata entry 0'],
  ['the same key twice', { metadata: [['k', 1], ['k', 2]] }, 'k'],
  ['an unknown value type', { metadata: [['k', value(u32(13))]] }, 'k'],
  ['an absurd value type', { metadata: [['k', value(u32(0xffff_ffff))]] }, 'k'],
  ['an array of arrays', { metadata: [['k', value(u32(9), u32(9), u64(1))]] }, 'k'],
  ['an array of an unknown type', { metadata: [['k', value(u32(9), u32(99), u64(1))]] }, 'k'],
  ['an array beyond the cap', { metadata: [['k', value(u32(9), u32(0), u64((4 << 20) + 1))]] }, 'k'],
  ['an absurd array length', { metadata: [['k', value(u32(9), u32(4), u64(huge))]] }, 'k'],
  ['an array longer than the file', { metadata: [['k', value(u32(9), u32(4), u64(4_000_000))]] }, 'k'],
  ['a list of texts longer than the file', { metadata: [['k', value(u32(9), u32(8), u64(4_000_000))]] }, 'k'],
  ['a list of flags longer than the file', { metadata: [['k', value(u32(9), u32(7), u64(4_000_000))]] }, 'k'],
  ['a text beyond the cap', { metadata: [['k', 'x'.repeat((1 << 20) + 1)]] }, 'k'],
  ['a text longer than the file', { metadata: [['k', value(u32(8), u64(1 << 20))]] }, 'k'],
  ['an absurd text length', { metadata: [['k', value(u32(8), u64(huge))]] }, 'k'],
  ['a text that is not UTF-8', { metadata: [['k', value(u32(8), u64(2), Uint8Array.of(0xc3, 0x28))]] }, 'k'],
  ['a truth value of 2', { metadata: [['k', value(u32(7), Uint8Array.of(2))]] }, 'k'],
  ['a number beyond 2^53', { metadata: [['k', value(u32(10), u64(1n << 60n))]] }, 'k'],
  ['an alignment of 0', { metadata: [['general.alignment', 0]] }, 'general.alignment'],
  ['an alignment of 24', { metadata: [['general.alignment', 24]] }, 'general.alignment'],
  ['an alignment of 2 MiB', { metadata: [['general.alignment', 1 << 21]] }, 'general.alignment'],
  ['a fractional alignment', { metadata: [['general.alignment', { float: 0.5 }]] }, 'general.alignment'],
  ['an alignment that is no number', { metadata: [['general.alignment', { float: Number.NaN }]] }, 'general.alignment'],
  ['an alignment in words', { metadata: [['general.alignment', 'thirty-two']] }, 'general.alignment'],
  ['a tensor without dimensions', { tensors: [{ ...tensor, dimensions: [] }] }, 't'],
  ['a tensor of five dimensions', { tensors: [{ ...tensor, dimensions: [1, 1, 1, 1, 1] }] }, 't'],
  ['a dimension of 0', { tensors: [{ ...tensor, dimensions: [32, 0] }] }, 't'],
  ['dimensions whose product overflows', { tensors: [{ ...tensor, dimensions: [1n << 40n, 1n << 40n] }] }, 't'],
  ['dimensions that wrap to a small product', { tensors: [{ ...tensor, dimensions: [1n << 32n, 1n << 32n] }] }, 't'],
  ['an absurd dimension', { tensors: [{ ...tensor, dimensions: [huge] }] }, 't'],
  ['rows that do not divide into blocks', { tensors: [{ ...tensor, dimensions: [48, 2], format: 'Q4_0' }] }, 't'],
  ['rows too short for a super-block', { tensors: [{ ...tensor, dimensions: [128, 2], format: 'Q6_K' }] }, 't'],
  ['an unknown block format', { tensors: [{ ...tensor, format: 4242 }] }, 't'],
  ['a format number that was withdrawn', { tensors: [{ ...tensor, format: 4 }] }, 't'],
  ['the same tensor twice', { tensors: [tensor, tensor] }, 't'],
  ['a tensor name of 300 characters', { tensors: [{ ...tensor, name: 'n'.repeat(300) }] }, 'name of tensor 0'],
  ['an offset off the alignment', { tensors: [{ ...tensor, offset: 8 }] }, 't'],
  ['an offset past the end', { tensors: [{ ...tensor, offset: 4096 }] }, 't'],
  ['an absurd offset', { tensors: [{ ...tensor, offset: huge }] }, 't'],
  ['a tensor larger than the file', { tensors: [{ ...tensor, dimensions: [1 << 20, 1 << 20] }] }, 't'],
  ['two tensors in one place', { tensors: [tensor, { ...tensor, name: 'u', offset: 0 }] }, 'u'],
  ['two tensors that overlap', { tensors: [{ ...tensor, dimensions: [64] }, { ...tensor, name: 'u', offset: 32 }] }, 'u'],
  ['data cut off', { tensors: [tensor], data: new Uint8Array(100) }, 't'],
];

describe('a damaged or hostile file', () => {
  it.each(damaged)('with %s is refused at once, naming the field', async (_, parts, named) => {
    const bytes = writeGguf(parts);
    const start = performance.now();
    const error = await read(bytes).catch((reason: unknown) => reason);
    expect(isTaskError(error) && error.code).toBe('invalid_model_file');
    expect((error as Error).message).toContain(named);
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('is refused wherever it is cut off', async () => {
    const bytes = writeGguf(sound);
    for (let length = 0; length < bytes.length - 28; length++) {
      const error = await read(bytes.subarray(0, length)).catch((reason: unknown) => reason);
      expect(isTaskError(error) && error.code, `cut at ${length}`).toBe('invalid_model_file');
    }
  });

  it('with any bytes changed is either read or refused with a typed error', async () => {
    const bytes = writeGguf(sound);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.constantFrom(0, 1, 7, 8, 9, 0x7f, 0x80, 0xff));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const mutated = bytes.slice();
        for (const [at, byte] of changes) mutated[at] = byte;
        const result = await read(mutated).catch((reason: unknown) => reason);
        const isTyped = isTaskError(result) && (result.code === 'invalid_model_file' || result.code === 'unsupported_model');
        expect(isTyped || (typeof result === 'object' && result !== null && 'tensors' in result)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

it.each([
  ['version 1', { version: 1 }, 'version 1'],
  ['big-endian numbers', { version: 0x0300_0000 }, 'little-endian'],
  ['a block format that we do not convert', { tensors: [{ ...tensor, format: 10 }] }, 'Q2_K'],
] satisfies [string, GgufParts, string][])('%s is called unsupported, not damaged', async (_, parts, named) => {
  const error = await read(writeGguf(parts)).catch((reason: unknown) => reason);
  expect(isTaskError(error) && error.code).toBe('unsupported_model');
  expect((error as Error).message).toContain(named);
});
