import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../testing/tiny-model.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { writeGguf } from '../testing/write-gguf.ts';

test('the header of a model with 152,000 tokens and as many merges is read within 50 ms and 64 MB', async () => {
  const random = createRandom(7);
  const word = (): string => Array.from({ length: 1 + Math.floor(random() * 12) }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('');
  const tokens = Array.from({ length: 152_000 }, (_, id) => `${word()}${id}`);
  const path = join(await temporaryFolder(), 'large.gguf');
  await writeFile(path, writeGguf({
    metadata: [
      ['tokenizer.ggml.tokens', { list: tokens }],
      ['tokenizer.ggml.token_type', { list: tokens.map(() => 1) }],
      ['tokenizer.ggml.scores', { floats: tokens.map((_, id) => -id) }],
      ['tokenizer.ggml.merges', { list: tokens.map((token) => `${token} ${token}`) }],
      ['general.architecture', 'qwen2'],
    ],
    tensors: Array.from({ length: 400 }, (_, i) => ({ name: `blk.${i}.ffn_up.weight`, dimensions: [32], format: 'F32' })),
  }));
  // A process of its own: what the tests before it left behind is not what a header costs. The time is its own too, not that of its neighbours.
  const script = `
    const { readGguf } = await import(${JSON.stringify(new URL('./gguf.js', import.meta.url).href)});
    const before = process.memoryUsage().rss;
    const times = [];
    for (let run = 0; run < 5; run++) {
      const start = process.cpuUsage();
      await readGguf(${JSON.stringify(path)});
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / 1000);
    }
    console.log(JSON.stringify({ megabytes: (process.resourceUsage().maxRSS * 1024 - before) / 1e6, milliseconds: Math.min(...times) }));`;
  const { megabytes, milliseconds } = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })) as { megabytes: number; milliseconds: number };
  expect(megabytes).toBeLessThan(64);
  expect(milliseconds).toBeLessThan(50);
});
