import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isTaskError } from './errors.ts';
import { readCheckpoint } from './formats/checkpoint.ts';
import { writeHubFolder } from './testing/hub-folder.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { createRandom, createTinyModel } from './testing/tiny-model.ts';

const files = 5000;
/** Numbers that headers are believed in at one's own risk. */
const extremes = [0n, 1n, 0xffn, 0x7fff_ffffn, 0xffff_ffffn, 1n << 32n, 1n << 40n, (1n << 53n) + 1n, (1n << 63n) - 1n, 1n << 63n, 0xffff_ffff_ffff_ffffn];

/** One to four changes: bytes, whole numbers, pieces taken out, put in twice or cut off. */
function mutate(bytes: Buffer, random: () => number): Buffer {
  let mutated = Buffer.from(bytes);
  const below = (count: number): number => Math.floor(random() * count);
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = below(Math.max(1, mutated.length - 8));
    const kind = below(6);
    if (mutated.length < 16) break;
    if (kind === 0) mutated[at] = below(256);
    if (kind === 1) mutated[at]! ^= 1 << below(8);
    if (kind === 2) mutated.writeBigUInt64LE(extremes[below(extremes.length)]!, at);
    if (kind === 3) mutated.writeUInt32LE(below(64), at);
    if (kind === 4) mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(at + 1 + below(16))]);
    if (kind === 5) mutated = random() < 0.5 ? Buffer.concat([mutated.subarray(0, at), mutated.subarray(below(at + 1))]) : mutated.subarray(0, at);
  }
  return mutated;
}

/** Reads as many mutations of a file; every one is either sound or refused with a typed error that names something. */
async function readMutations(path: string, checkpoint: string, original: Buffer): Promise<{ refused: number; times: number[] }> {
  const random = createRandom(2026);
  const times: number[] = [];
  let refused = 0;
  for (let i = 0; i < files; i++) {
    await writeFile(path, mutate(original, random));
    // The time of this process alone: others may keep the machine busy.
    const start = process.cpuUsage();
    const result: unknown = await readCheckpoint(checkpoint).catch((reason: unknown) => reason);
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
    if (!(result instanceof Error)) continue;
    refused++;
    expect(isTaskError(result) ? result.code : result, `mutation ${i}`).toMatch(/^(invalid_model_file|unsupported_model)$/);
    expect(Object.keys((result as { details?: object }).details ?? {}), `mutation ${i}: ${result.message}`).not.toEqual([]);
  }
  return { refused, times: times.toSorted((a, b) => a - b) };
}

test('of 5,000 damaged GGUF files each is read or refused by name, at once', async () => {
  const path = join(await temporaryFolder(), 'model.gguf');
  const { gguf } = createTinyModel({ architecture: 'chatglm', weightless: true, metadata: [['tokenizer.chat_template', '{{ messages }}']] });
  const { refused, times } = await readMutations(path, path, Buffer.from(gguf));
  expect(refused).toBeGreaterThan(files / 4);
  // The slowest few are left to the garbage collector.
  expect(times[files - 6]).toBeLessThan(50);
}, 120_000);

test('of 5,000 damaged safetensors headers each is read or refused by name, at once', async () => {
  const folder = join(await temporaryFolder(), 'hub');
  await mkdir(folder);
  const model = createTinyModel({ architecture: 'llama', weightless: true });
  await writeHubFolder(folder, model, 'llama', { tensors: () => [{ name: 'model.embed_tokens.weight', shape: [model.vocabularySize, 1], data: new Uint8Array(4 * model.vocabularySize) }, { name: 'model.norm.weight', shape: [1], data: new Uint8Array(4) }], config: { hidden_size: 1 } });
  const path = join(folder, 'model.safetensors');
  const { refused, times } = await readMutations(path, folder, await readFile(path));
  expect(refused).toBeGreaterThan(files / 4);
  expect(times[files - 6]).toBeLessThan(50);
}, 120_000);
