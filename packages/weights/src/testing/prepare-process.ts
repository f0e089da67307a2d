import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareWith, type Converter } from '../prepare.ts';
import { openStore } from '../store.ts';

// A process that converts the file given, slowly; tests kill it half way.
const pieces = 40;
const converter: Converter = {
  version: 1,
  convert: async (gguf, folder, { sourceSha256 }) => {
    const file = await open(join(folder, 'weights.bin'), 'w');
    for (let piece = 0; piece < pieces; piece++) {
      await file.write(Buffer.alloc(1000, piece));
      await sleep(2);
    }
    await file.close();
    const source = { file: gguf, sha256: sourceSha256, bytes: 1 };
    const manifest = { format: 1, converterVersion: 1, source, files: { 'weights.bin': { bytes: pieces * 1000 } } };
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  },
};
const { folder } = await prepareWith(process.argv[2]!, {}, { store: openStore(), environment: process.env, converter });
process.stdout.write(folder);
