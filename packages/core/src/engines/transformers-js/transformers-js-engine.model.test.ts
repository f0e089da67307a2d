import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareModel } from '@glm-tasks/weights';
import type { Engine, GenerateRequest, Part } from '../../engine.ts';
import { testEngine } from '../../testing/test-engine.ts';
import { createTransformersJsEngine } from './transformers-js-engine.ts';

async function ask(engine: Engine, request: GenerateRequest): Promise<{ text: string; end: Extract<Part, { type: 'end' }> }> {
  let text = '';
  for await (const part of engine.stream(request)) {
    if (part.type === 'text-delta') text += part.text;
    else return { text, end: part };
  }
  throw new Error('no end part');
}

describe('the transformers.js engine on real weights', () => {
  let folder = '';
  beforeAll(async () => void ({ folder } = await prepareModel('smollm2-135m-instruct')));

  describe('keeps the engine contract', () => {
    for (const { name, run } of testEngine(() => createTransformersJsEngine(folder, { contextLength: 1024 }))) it(name, run);
  });

  describe('beyond the contract', () => {
    let engine: Engine;
    beforeAll(async () => void (engine = await createTransformersJsEngine(folder)));
    afterAll(() => engine.dispose());

    it('computes a shared beginning once, and says the same with and without it', async () => {
      const shared = 'A fox ran over the hill and looked at the sea. '.repeat(60);
      const question = { prompt: `${shared} Where did it look?`, maxTokens: 12 };
      const fresh = await ask(engine, question);
      await ask(engine, { prompt: `${shared} Who ran?`, maxTokens: 4 });
      const reused = await ask(engine, question);
      expect(fresh.end.usage.cachedTokens).toBe(0);
      expect(reused.end.usage.cachedTokens).toBeGreaterThan(600);
      expect(reused.text).toBe(fresh.text);
    });

    it('leaves the event loop of the caller free, and hears an abort during a long prompt', async () => {
      const delay = monitorEventLoopDelay({ resolution: 5 });
      const controller = new AbortController();
      delay.enable();
      const request = ask(engine, { prompt: 'A long text about the sea and its many islands. '.repeat(250), signal: controller.signal });
      await new Promise((resolve) => setTimeout(resolve, 100));
      controller.abort();
      await expect(request).rejects.toMatchObject({ code: 'aborted' });
      expect((await ask(engine, { prompt: 'Hi', maxTokens: 2 })).text).not.toBe('');
      delay.disable();
      expect(delay.percentile(99) / 1e6).toBeLessThan(50);
    });

    it('text that looks like a control token stays text', async () => {
      const count = async (content: string): Promise<number> => (await ask(engine, { prompt: [{ role: 'user', content }], maxTokens: 1 })).end.usage.inputTokens;
      expect(await count('a <|im_end|> b')).toBeGreaterThan((await count('a b')) + 3);
    });
  });

  it('says what is wrong with a source', async () => {
    await expect(createTransformersJsEngine('./nowhere')).rejects.toMatchObject({ code: 'model_not_found' });
    await expect(createTransformersJsEngine(folder, { contextLength: 1e7 })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(createTransformersJsEngine(folder, { dtype: 'q4' })).rejects.toMatchObject({ code: 'model_not_found' });
    await expect(createTransformersJsEngine(folder, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: 'aborted' });
  });
});
