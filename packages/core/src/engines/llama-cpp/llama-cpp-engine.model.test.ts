import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pull } from '@glm-tasks/weights';
import type { Engine, GenerateRequest, Part } from '../../engine.ts';
import { testEngine } from '../../testing/test-engine.ts';
import { createLlamaCppEngine } from './llama-cpp-engine.ts';

type End = Extract<Part, { type: 'end' }>;

async function ask(engine: Engine, request: GenerateRequest): Promise<{ text: string; end: End }> {
  let text = '';
  for await (const part of engine.stream(request)) {
    if (part.type === 'text-delta') text += part.text;
    else return { text, end: part };
  }
  throw new Error('no end part');
}

/** Why these tests cannot run here: the package has ready binaries for common machines only. */
async function findObstacle(): Promise<string | undefined> {
  try {
    const { getLlama } = await import('node-llama-cpp');
    await getLlama({ gpu: false, build: 'never', dryRun: true });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

// One thread: these spin while they wait for each other, and a test must not depend on what else the machine does.
const modest = { gpu: false, threads: 1 } as const;

const obstacle = await findObstacle();
// In CI a missing binary is a failure, elsewhere its reason is in the title.
const suite = obstacle === undefined || process.env['CI'] !== undefined ? describe : describe.skip;

suite(`the llama.cpp engine on real weights${obstacle === undefined ? '' : ` (no binary of node-llama-cpp: ${obstacle})`}`, () => {
  let file = '';
  beforeAll(async () => {
    const { files } = await pull('smollm2-135m-instruct');
    file = files[0]!.path!;
  });

  describe('keeps the engine contract', () => {
    for (const { name, run } of testEngine(() => createLlamaCppEngine(file, { slots: 2, contextLength: 1024, ...modest }))) it(name, run);
  });

  describe('beyond the contract', () => {
    let engine: Engine;
    beforeAll(async () => void (engine = await createLlamaCppEngine(file, { slots: 3, contextLength: 768, ...modest })));
    afterAll(() => engine.dispose());

    it('computes a shared beginning once, also with other requests in between', async () => {
      const shared = 'A fox ran over the hill and looked at the sea. '.repeat(30);
      const first = await ask(engine, { prompt: `${shared} Who ran?`, maxTokens: 4 });
      await ask(engine, { prompt: 'Hello!', maxTokens: 4 });
      const second = await ask(engine, { prompt: `${shared} Where did it look?`, maxTokens: 4 });
      expect(first.end.usage.cachedTokens).toBeLessThan(50);
      expect(second.end.usage.cachedTokens).toBeGreaterThan(300);
    });

    it('more requests than slots wait their turn, and an abort while waiting is heard', async () => {
      const controller = new AbortController();
      const requests = Array.from({ length: 7 }, (_, index) => ask(engine, { prompt: `Count to ${index}.`, maxTokens: 12 }));
      const waiting = ask(engine, { prompt: 'Never answered.', signal: controller.signal });
      controller.abort();
      await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
      for (const { text } of await Promise.all(requests)) expect(text).not.toBe('');
    });

    it('fills the context to its last token and drops none', async () => {
      const prompt = Array.from({ length: 740 }, (_, index) => 400 + (index % 60));
      const { end } = await ask(engine, { prompt, logitBias: { 2: -100 } });
      expect(end.usage).toMatchObject({ inputTokens: 740, outputTokens: 28 });
      expect(end.finishReason).toBe('length');
    });

    it('text that looks like a control token stays text', async () => {
      const count = async (content: string): Promise<number> => (await ask(engine, { prompt: [{ role: 'user', content }], maxTokens: 1 })).end.usage.inputTokens;
      expect(await count('a <|im_end|> b')).toBeGreaterThan((await count('a b')) + 3);
    });

    it('objects of zod schemas parse, greedy and sampled', async () => {
      const schemas = [
        z.object({ name: z.string().max(12), age: z.int(), tags: z.array(z.enum(['a', 'b'])).max(3) }),
        z.object({ 标题: z.string().max(8), ok: z.boolean(), note: z.string().max(6).optional() }),
        z.array(z.union([z.literal('x'), z.object({ n: z.number().nullable() })])).max(2),
      ];
      for (const schema of schemas) {
        for (const sampling of [{}, { temperature: 1, seed: 3, topP: 0.95 }]) {
          const request: GenerateRequest = { prompt: 'Describe a fox as JSON.', json: { rung: 'constrained', schema: z.toJSONSchema(schema) }, maxTokens: 200, ...sampling };
          const { text } = await ask(engine, request);
          schema.parse(JSON.parse(text));
        }
      }
    });

    it('a schema a grammar cannot keep is refused, so that another rung can try', async () => {
      const schema = z.toJSONSchema(z.object({ email: z.email() }));
      await expect(ask(engine, { prompt: 'Hi', json: { rung: 'constrained', schema } })).rejects.toMatchObject({ details: { unsupported: 'constrained' } });
    });

    it.each([{}, { logprobs: 0 }])('keeps logit bias and noRepeatNgram, whoever samples (%o)', async (path) => {
      // Two one-letter tokens are forced; whatever their order, four can be written before a pair must come again.
      const request: GenerateRequest = { prompt: 'Write.', maxTokens: 5, logitBias: { 50: 90, 51: 90 }, noRepeatNgram: 2, ...path };
      const { text } = await ask(engine, request);
      const pairs = [...text].slice(1).map((letter, index) => text[index]! + letter);
      expect(text).toHaveLength(5);
      expect(new Set(text.slice(0, 4)).size).toBe(2);
      expect(new Set(pairs).size).toBe(4);
    });
  });

  it('says what is wrong with a file', async () => {
    await expect(createLlamaCppEngine('nowhere.gguf')).rejects.toMatchObject({ code: 'model_not_found' });
    const folder = await mkdtemp(join(tmpdir(), 'glm-tasks-'));
    const damaged = join(folder, 'damaged.gguf');
    await writeFile(damaged, 'GGUF and nothing more');
    await expect(createLlamaCppEngine(damaged, { gpu: false })).rejects.toMatchObject({ code: 'invalid_model_file' });
    await rm(folder, { recursive: true });
    await expect(createLlamaCppEngine(file, { gpu: false, contextLength: 1e6 })).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(createLlamaCppEngine(file, { gpu: false, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });
});
