import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { convertDecoder } from './convert.ts';
import { openLlamaReference } from './testing/llama-reference.ts';
import { load, runEngine } from './testing/run-graph.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { createTinyModel, type TinyModel, type TinyOptions } from './testing/tiny-model.ts';

const prompt = [104, 101, 108, 259, 0, 258, 17, 200, 33];

const models: [what: string, options: TinyOptions][] = [
  ['qwen2', {}],
  ['qwen3', { architecture: 'qwen3' }],
  ['llama', { architecture: 'llama' }],
  ['llama with its own output', { architecture: 'llama', tied: false }],
  ['llama with stretched positions', { architecture: 'llama', rotaryFactors: Array.from({ length: 32 }, (__, i) => 1 + i / 4) }],
  ['minicpm', { architecture: 'minicpm' }],
  ['chatglm', { architecture: 'chatglm', tied: false }],
  ['chatglm without biases', { architecture: 'chatglm', biases: false }],
  ['chatglm with query, key and value apart', { architecture: 'chatglm', fused: false }],
  ['glm4', { architecture: 'glm4', tied: false }],
  ['glm4 with query, key and value stacked', { architecture: 'glm4', fused: true }],
];

test.each(models)('%s says the same here as in llama.cpp', async (_, options) => {
  const model = createTinyModel(options);
  const root = await temporaryFolder();
  const gguf = join(root, 'model.gguf');
  await writeFile(gguf, model.gguf);
  const folder = join(root, 'converted');
  await mkdir(folder);
  await convertDecoder(gguf, folder, { precision: 'source', sourceSha256: 'ab'.repeat(32) });

  const reference = await openLlamaReference(gguf);
  const session = await load(folder, 'engine.onnx');
  try {
    const theirs = await reference.scores(prompt);
    const ours = await runEngine(session, model, prompt, [prompt.length]);
    const differences = ours.flatMap((row, i) => row.map((score, token) => Math.abs(score - theirs[i]![token]!)));
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    // A difference that small means something only where scores differ by more.
    expect(Math.max(...ours.flat()) - Math.min(...ours.flat())).toBeGreaterThan(1);
    expect(await continueGreedily(session, model, 32)).toEqual(await reference.continueGreedily(prompt, 32));
  } finally {
    await reference.dispose();
    await session.release();
  }
});

async function continueGreedily(session: InferenceSession, model: TinyModel, count: number): Promise<number[]> {
  const tokens = [...prompt];
  for (let i = 0; i < count; i++) {
    const last = (await runEngine(session, model, tokens, [tokens.length])).at(-1)!;
    tokens.push(last.indexOf(Math.max(...last)));
  }
  return tokens.slice(prompt.length);
}
