import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { measureProgress, type OnProgress } from './progress.ts';

/** What a conversion reads, under a hash that changes with any byte of it. */
export interface Source {
  /** What people call it; in the store its name is its hash. */
  name: string;
  path: string;
  sha256: string;
  bytes: number;
}

/** The files of a checkpoint or adapter folder that a conversion looks at. */
const read = /^(config|tokenizer|tokenizer_config|generation_config|adapter_config|sentence_bert_config|model\.safetensors\.index)\.json$|^(chat_template\.jinja|tokenizer\.model)$|\.safetensors$/;

/** @param path a file; or a folder, whose hash is that of the list of its files with their hashes */
export async function hashSource(path: string, options: { signal: AbortSignal; onProgress?: OnProgress | undefined }): Promise<Source> {
  if (!(await stat(path)).isDirectory()) return await hashFile(path, options);
  const pooling = (await stat(join(path, '1_Pooling', 'config.json')).catch(() => undefined))?.isFile() === true ? ['1_Pooling/config.json'] : [];
  const names = [...(await readdir(path)).filter((name) => read.test(name)), ...pooling].toSorted();
  const whole = createHash('sha256');
  let bytes = 0;
  for (const name of names) {
    const file = await hashFile(join(path, name), options);
    whole.update(`${name} ${file.sha256}\n`);
    bytes += file.bytes;
  }
  return { name: basename(path), path, sha256: whole.digest('hex'), bytes };
}

async function hashFile(path: string, { signal, onProgress }: { signal: AbortSignal; onProgress?: OnProgress | undefined }): Promise<Source> {
  const { size } = await stat(path);
  const hash = createHash('sha256');
  const progress = measureProgress(onProgress, { stage: 'verify', file: basename(path), total: size });
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    progress(bytes);
  }
  return { name: basename(path), path, sha256: hash.digest('hex'), bytes };
}
