import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TaskError } from '../errors.ts';
import { failFile } from './fail-file.ts';
import { readOptionalJson } from './read-optional.ts';

const mostIndexBytes = 16 << 20;
// No folder, no dot at the start: a name in an index never leads out of its folder.
const shardName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}\.safetensors$/;

/**
 * The weight files of a checkpoint folder: those that its index lists, or its one file.
 *
 * @throws TaskError `invalid_model_file` for a file that is listed and not there, `unsupported_model` where weights are pickled
 */
export async function listShards(folder: string): Promise<string[]> {
  const index = 'model.safetensors.index.json';
  const listed = await readOptionalJson(join(folder, index), mostIndexBytes);
  if (listed === undefined) return [join(folder, await findOnly(folder))];
  const map = listed['weight_map'];
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return failFile(index, 'has no "weight_map"');
  const names = [...new Set(Object.values(map as Record<string, unknown>))].map((name) =>
    typeof name === 'string' && shardName.test(name) ? name : failFile(index, `names the file ${JSON.stringify(name)?.slice(0, 100)}`),
  );
  if (names.length === 0) failFile(index, 'lists no file');
  for (const name of names) {
    if (!(await stat(join(folder, name)).catch(() => undefined))?.isFile()) failFile(index, `lists ${name}, which is missing in ${basename(folder)}`);
  }
  return names.toSorted().map((name) => join(folder, name));
}

async function findOnly(folder: string): Promise<string> {
  const names = await readdir(folder);
  const shards = names.filter((name) => shardName.test(name) && !name.startsWith('adapter_'));
  if (shards.includes('model.safetensors')) return 'model.safetensors';
  if (shards.length === 1) return shards[0]!;
  if (shards.length > 1) failFile(basename(folder), `has ${shards.length} .safetensors files but no model.safetensors.index.json that says how they belong together`);
  const pickled = names.find((name) => /\.(bin|pt|pth|ckpt|pkl)$/.test(name));
  if (pickled === undefined) return failFile(basename(folder), 'has no .safetensors file');
  throw new TaskError('unsupported_model', `${basename(folder)} keeps its weights in ${pickled}, a format that can run code when it is read. Only .safetensors and .gguf are read.`, {
    details: { file: pickled },
  });
}
