import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskError } from '../errors.ts';
import type { Source } from './source.ts';

/** A folder that already holds the files: a stick, a share, another machine's download. Works offline. */
export function directorySource(folder: string): Source {
  return {
    name: `folder ${folder}`,
    read: async function* ({ file, from, signal }) {
      const path = join(folder, file.name);
      const info = await stat(path).catch(() => undefined);
      if (!info?.isFile()) throw new TaskError('upstream_failed', `There is no file ${path}.`);
      if (file.bytes !== undefined && info.size !== file.bytes) {
        throw new TaskError('integrity_failed', `${path} has ${info.size} bytes where ${file.bytes} are expected.`);
      }
      try {
        yield* createReadStream(path, { start: from, highWaterMark: 1 << 20, signal }) as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw new TaskError('upstream_failed', `${path} cannot be read: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}
