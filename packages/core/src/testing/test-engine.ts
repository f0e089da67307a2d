import assert from 'node:assert/strict';
import { isTaskError, type TaskErrorCode } from '@glm-tasks/weights';
import type { Engine, GenerateRequest, Part } from '../engine.ts';

export interface EngineCheck {
  name: string;
  run: () => Promise<void>;
}

/**
 * What every engine promises, as checks for any test runner. `create` makes a fresh engine whose model answers a plain
 * request with more than a few words.
 *
 * @example
 * for (const { name, run } of testEngine(() => createMyEngine())) it(name, run);
 */
export function testEngine(create: () => Promise<Engine>): EngineCheck[] {
  const check = (name: string, body: (engine: Engine) => Promise<void>): EngineCheck => ({
    name,
    async run() {
      const engine = await create();
      try {
        await body(engine);
      } finally {
        await engine.dispose();
      }
    },
  });
  const request: GenerateRequest = { prompt: 'Write a long story about a fox.', maxTokens: 24, temperature: 0 };

  return [
    check('streams text and ends with exactly one end part', async (engine) => {
      const parts = await collect(engine, request);
      const ends = parts.filter((part) => part.type === 'end');
      assert.equal(ends.length, 1);
      assert.equal(parts.at(-1), ends[0]);
      assert.ok(textOf(parts).length > 0);
      const { usage } = ends[0]!;
      assert.ok(usage.inputTokens > 0 && usage.outputTokens > 0 && usage.calls >= 1 && usage.cachedTokens <= usage.inputTokens);
    }),
    check('every delta is whole characters and not empty', async (engine) => {
      for (const part of await collect(engine, { ...request, prompt: '用中文和表情符号讲一个故事。' })) {
        if (part.type === 'text-delta') assert.ok(part.text !== '' && part.text.isWellFormed(), JSON.stringify(part.text));
      }
    }),
    check('greedy text repeats, alone or side by side', async (engine) => {
      const alone = textOf(await collect(engine, request));
      const together = await Promise.all(Array.from({ length: Math.min(engine.slots, 4) }, () => collect(engine, request)));
      for (const parts of together) assert.equal(textOf(parts), alone);
    }),
    check('equal seeds give equal samples', async (engine) => {
      const sampled = { ...request, temperature: 1, seed: 11 };
      assert.equal(textOf(await collect(engine, sampled)), textOf(await collect(engine, sampled)));
    }),
    check('maxTokens ends the text with reason length', async (engine) => {
      const end = (await collect(engine, { ...request, maxTokens: 3 })).at(-1);
      assert.ok(end?.type === 'end' && end.finishReason === 'length' && end.usage.outputTokens === 3);
    }),
    check('a stop text ends the output before it', async (engine) => {
      const whole = textOf(await collect(engine, request));
      const stop = whole.slice(Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 3);
      const parts = await collect(engine, { ...request, stop: [stop] });
      assert.equal(textOf(parts), whole.slice(0, whole.indexOf(stop)));
      const end = parts.at(-1);
      assert.ok(end?.type === 'end' && end.finishReason === 'stop');
    }),
    check('an abort ends the stream with `aborted`, before, during and between parts', async (engine) => {
      await rejectsWith('aborted', () => collect(engine, { ...request, signal: AbortSignal.abort() }));
      const controller = new AbortController();
      await rejectsWith('aborted', async () => {
        for await (const part of engine.stream({ ...request, maxTokens: 400, signal: controller.signal })) if (part.type === 'text-delta') controller.abort();
      });
      assert.ok(textOf(await collect(engine, request)).length > 0, 'the engine works after an abort');
    }),
    check('a reader that leaves early frees its slot', async (engine) => {
      for (let count = 0; count < engine.slots + 1; count++) {
        for await (const part of engine.stream({ ...request, maxTokens: 400 })) if (part.type === 'text-delta') break;
      }
      assert.ok(textOf(await collect(engine, request)).length > 0);
    }),
    check('a prompt longer than the context is refused with its size', async (engine) => {
      const prompt = 'word '.repeat(engine.contextLength + 10);
      await rejectsWith('context_overflow', () => collect(engine, { ...request, prompt }));
    }),
    check('counts tokens, none for an empty text', async (engine) => {
      const { counts } = await engine.countTokens(['', 'one', 'one two three four five six seven eight nine ten']);
      assert.equal(counts.length, 3);
      assert.equal(counts[0], 0);
      assert.ok(counts[1]! >= 1 && counts[2]! > counts[1]!);
    }),
  ];
}

async function collect(engine: Engine, request: GenerateRequest): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of engine.stream(request)) parts.push(part);
  return parts;
}

const textOf = (parts: Part[]): string => parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');

async function rejectsWith(code: TaskErrorCode, run: () => Promise<unknown>): Promise<void> {
  await assert.rejects(run, (error) => isTaskError(error) && error.code === code);
}
