import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Precision } from './convert.ts';
import { convertCheckpoint } from './convert-checkpoint.ts';
import { explainDiskError } from './disk.ts';
import { TaskError } from './errors.ts';
import { hashSource } from './hash-source.ts';
import type { OnProgress } from './progress.ts';

export interface ConvertToFolderOptions {
  /** `source` keeps 16 and 32 bit weights as they are, `8bit` quantizes them; `auto` decides by size. Default `auto`. */
  precision?: Precision;
  /** Path of a LoRA adapter, a folder of PEFT or a `.gguf` file, that is merged into the weights. */
  adapter?: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/**
 * Converts a checkpoint into a folder of the caller's, to keep or to run elsewhere: by `fromPretrained`, or by
 * `pipeline('text-generation', folder)` of transformers.js. The folder is there when it is complete, and not before.
 *
 * @param path a `.gguf` file, or a folder of the Hub with `config.json`, `tokenizer.json` and `*.safetensors`
 * @param folder does not exist yet, or is empty
 * @throws TaskError `model_not_found`, `invalid_input`, `invalid_model_file`, `unsupported_model`, `insufficient_disk`, `aborted`
 * @example await convertToFolder('glm-edge-1.5b-chat.gguf', 'glm-edge');
 */
export async function convertToFolder(path: string, folder: string, options: ConvertToFolderOptions = {}): Promise<{ folder: string }> {
  const { precision = 'auto', adapter, onProgress } = options;
  const signal = options.signal ?? new AbortController().signal;
  const target = resolve(folder);
  for (const source of [path, ...(adapter === undefined ? [] : [adapter])]) await checkExists(source);
  await checkEmpty(target);
  const building = `${target}.${process.pid}.building`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await mkdir(building);
    const source = await hashSource(path, { signal, onProgress });
    const added = adapter === undefined ? undefined : await hashSource(adapter, { signal, onProgress });
    await convertCheckpoint(resolve(path), building, {
      precision,
      sourceSha256: source.sha256,
      adapter: added && { path: resolve(added.path), sha256: added.sha256 },
      signal,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    await rmdir(target).catch(() => {}); // only an empty folder goes; anything else makes the next line fail
    await rename(building, target);
    return { folder: target };
  } catch (error) {
    if (!signal.aborted) throw explainDiskError(error, target);
    throw new TaskError('aborted', `The conversion of ${path} was stopped. Nothing of it is left.`, { cause: error });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function checkExists(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined)) !== undefined) return;
  throw new TaskError('model_not_found', `There is no file or folder ${JSON.stringify(resolve(path).slice(0, 500))}.`);
}

async function checkEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : undefined));
  if (names?.length === 0) return;
  throw new TaskError('invalid_input', `${JSON.stringify(folder.slice(0, 500))} is not an empty folder, and nothing is overwritten. Name one that does not exist yet.`, { details: { field: 'out' } });
}
