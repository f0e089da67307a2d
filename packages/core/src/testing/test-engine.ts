import assert from 'node:assert/strict';
import { isTaskError, type TaskErrorCode } from '@glm-tasks/weights';
import type { Engine, GenerateRequest, JsonSchema, Part, Sampling } from '../engine.ts';

export interface EngineCheck {
  name: string;
  run: () => Promise<void>;
}

/**
 * What every engine promises, as checks for any test runner; what an engine does not declare in `can` is not asked of it.
 * `create` makes a fresh engine whose model answers a plain request with more than a few words.
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
      const end = endOf(await collect(engine, { ...request, maxTokens: 3 }));
      assert.ok(end.finishReason === 'length' && end.usage.outputTokens === 3);
    }),
    check('a stop text ends the output before it', async (engine) => {
      const whole = textOf(await collect(engine, request));
      const stop = whole.slice(Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 3);
      const parts = await collect(engine, { ...request, stop: [stop] });
      assert.equal(textOf(parts), whole.slice(0, whole.indexOf(stop)));
      assert.equal(endOf(parts).finishReason, 'stop');
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
    check('takes every sampler option, or says in words which it cannot honour', async (engine) => {
      const sampling: Sampling = { temperature: 0.8, topK: 40, topP: 0.9, minP: 0.02, repetitionPenalty: 1.1, dryMultiplier: 0.8, noRepeatNgram: 4, logitBias: { 7: -100 }, seed: 5 };
      const parts = await collect(engine, { ...request, ...sampling });
      assert.ok(textOf(parts).length > 0);
      for (const warning of endOf(parts).warnings ?? []) assert.ok(typeof warning === 'string' && warning.trim().length > 0);
    }),
    check('can.tokens: takes token ids as they are', async (engine) => {
      if (!engine.can.tokens) return;
      const end = endOf(await collect(engine, { ...request, prompt: [40, 41, 42, 43, 44], maxTokens: 3 }));
      assert.equal(end.usage.inputTokens, 5);
    }),
    check('can.tokens: reports the ids of the output, where asked', async (engine) => {
      if (!engine.can.tokens) return;
      const tokens = { ...request, prompt: [40, 41, 42, 43, 44], maxTokens: 3 };
      const { outputIds, usage } = endOf(await collect(engine, { ...tokens, outputIds: true }));
      assert.equal(outputIds?.length, usage.outputTokens);
      assert.ok(outputIds.every((id) => Number.isSafeInteger(id) && id >= 0));
      assert.equal(endOf(await collect(engine, tokens)).outputIds, undefined);
    }),
    check('can.choices: the output is exactly one of them', async (engine) => {
      if (!engine.can.choices) return;
      for (const choices of [['green', 'green tea', '绿茶 "热"'], ['a\\b\n🦊']]) {
        const parts = await collect(engine, { ...request, maxTokens: 64, choices });
        assert.ok(choices.includes(textOf(parts)), JSON.stringify(textOf(parts)));
        assert.equal(endOf(parts).finishReason, 'stop');
      }
    }),
    check("can.json: what is 'constrained' parses and fits its schema", async (engine) => {
      if (!engine.can.json.includes('constrained')) return;
      const parts = await collect(engine, { ...request, maxTokens: 120, json: { rung: 'constrained', schema: ANIMAL } });
      const { animal, 野生: wild, legs } = JSON.parse(textOf(parts)) as Record<string, unknown>;
      assert.ok(animal === 'fox' || animal === 'red "panda"', String(animal));
      assert.equal(typeof wild, 'boolean');
      assert.ok(legs === null || (Array.isArray(legs) && legs.length === 2 && legs.every((leg) => leg === 'left' || leg === 'right')));
      assert.equal(endOf(parts).finishReason, 'stop');
    }),
    check('can.logprobs: one for every output token, likeliest first, none above zero', async (engine) => {
      if (!engine.can.logprobs) return;
      const { logprobs = [], usage } = endOf(await collect(engine, { ...request, logprobs: 3 }));
      assert.equal(logprobs.length, usage.outputTokens);
      for (const { token, logprob, top } of logprobs) {
        assert.ok(logprob <= ROUNDING, String(logprob));
        assert.equal(top.length, 3);
        assert.ok(top[0]!.logprob >= top[1]!.logprob && top[1]!.logprob >= top[2]!.logprob);
        assert.equal(top[0]!.token, token, 'greedy output is the likeliest token');
      }
    }),
    check('can.embed: one vector for each text, equal for equal texts, of length 1 or without any', async (engine) => {
      if (!engine.can.embed) return assert.equal(engine.embed, undefined);
      const texts = ['one text', 'another, somewhat longer text', 'one text', ''];
      const vectors = await engine.embed!(texts);
      assert.equal(vectors.length, texts.length);
      assert.deepEqual(vectors[0], vectors[2]);
      for (const vector of vectors) {
        const length = Math.hypot(...vector);
        assert.ok(vector.length === vectors[0]!.length && (length === 0 || Math.abs(length - 1) < 1e-3), String(length));
      }
      await rejectsWith('aborted', () => engine.embed!(texts, { signal: AbortSignal.abort() }));
    }),
    check('score: a likely continuation stands above an absurd one', async (engine) => {
      if (engine.score === undefined) return;
      const scores = await engine.score('What is the capital of France?', ['The capital of France is Paris.', 'qZ#x7 vvvkj%% \u4e49 Fra the the.', '']);
      const [likely, absurd] = scores.map(({ logprob, tokens }) => logprob / tokens);
      assert.ok(likely! > absurd! && likely! <= ROUNDING, JSON.stringify(scores));
      assert.deepEqual(scores[2], { logprob: 0, tokens: 0 });
      await rejectsWith('aborted', () => engine.score!('Hello', ['World'], { signal: AbortSignal.abort() }));
    }),
  ];
}

const ANIMAL: JsonSchema = {
  type: 'object',
  properties: {
    animal: { enum: ['fox', 'red "panda"'] },
    野生: { type: 'boolean' },
    legs: { anyOf: [{ type: 'array', items: { enum: ['left', 'right'] }, minItems: 2, maxItems: 2 }, { type: 'null' }] },
  },
  required: ['animal', '野生', 'legs'],
  additionalProperties: false,
};

// A logarithm of a probability that rounds to one may come out this far above zero.
const ROUNDING = 1e-5;

async function collect(engine: Engine, request: GenerateRequest): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of engine.stream(request)) parts.push(part);
  return parts;
}

const textOf = (parts: Part[]): string => parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');

function endOf(parts: Part[]): Extract<Part, { type: 'end' }> {
  const end = parts.at(-1);
  assert.ok(end?.type === 'end', 'the last part is the end');
  return end;
}

async function rejectsWith(code: TaskErrorCode, run: () => Promise<unknown>): Promise<void> {
  await assert.rejects(run, (error) => isTaskError(error) && error.code === code);
}
