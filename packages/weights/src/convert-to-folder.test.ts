import { env, pipeline, type TextGenerationPipeline } from '@huggingface/transformers';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { convertToFolder } from './convert-to-folder.ts';
import { writeHubFolder } from './testing/hub-folder.ts';
import { load, runEngine } from './testing/run-graph.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { createTinyModel } from './testing/tiny-model.ts';

env.allowRemoteModels = false;

test.each(['qwen2', 'qwen3', 'llama', 'chatglm', 'glm4'])('a converted %s runs in transformers.js and says there what it says here', async (architecture) => {
  const root = await temporaryFolder();
  const model = createTinyModel({ architecture, tied: false, metadata: [['tokenizer.chat_template', '{% for m in messages %}{{ m.content }}{% endfor %}']] });
  const path = join(root, 'model.gguf');
  await writeFile(path, model.gguf);
  const { folder } = await convertToFolder(path, join(root, 'converted'));

  const generator = (await pipeline('text-generation', folder)) as TextGenerationPipeline;
  const session = await load(folder, 'engine.onnx');
  try {
    const prompt = generator.tokenizer.encode('hello, hello');
    const output = (await generator.model.generate({ ...generator.tokenizer('hello, hello'), max_new_tokens: 16, do_sample: false })) as { tolist(): bigint[][] };
    const theirs = output.tolist()[0]!.map(Number);
    const ours = [...prompt];
    while (ours.length < theirs.length) {
      const last = (await runEngine(session, model, ours, [ours.length])).at(-1)!;
      ours.push(last.indexOf(Math.max(...last)));
    }
    expect(theirs.length).toBeGreaterThan(prompt.length);
    expect(theirs).toEqual(ours);
    const [answer] = (await generator([{ role: 'user', content: 'hello' }], { max_new_tokens: 4, do_sample: false })) as { generated_text: { role: string }[] }[];
    expect(answer!.generated_text.at(-1)).toMatchObject({ role: 'assistant', content: expect.any(String) });
  } finally {
    await generator.dispose();
    await session.release();
  }
});

test('the folder is complete or not there, and nothing is overwritten', async () => {
  const root = await temporaryFolder();
  const checkpoint = await writeHubFolder(join(root, 'hub'), createTinyModel({ architecture: 'llama' }), 'llama');
  const out = join(root, 'out');
  await mkdir(out);
  expect(await convertToFolder(checkpoint, out)).toEqual({ folder: out });
  expect(await readdir(out)).toContain('manifest.json');
  await expect(convertToFolder(checkpoint, out)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('not an empty folder') });
  await expect(convertToFolder(join(root, 'nothing.gguf'), join(root, 'a'))).rejects.toMatchObject({ code: 'model_not_found' });
  await expect(convertToFolder(checkpoint, join(root, 'b'), { adapter: join(root, 'nothing') })).rejects.toMatchObject({ code: 'model_not_found' });
  await expect(convertToFolder(checkpoint, join(root, 'c'), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  await writeFile(join(checkpoint, 'config.json'), '{}');
  await expect(convertToFolder(checkpoint, join(root, 'd'))).rejects.toMatchObject({ code: 'invalid_model_file' });
  expect((await readdir(root)).toSorted()).toEqual(['hub', 'out']);
});
