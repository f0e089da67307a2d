import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../engine.ts';
import { createBatchLoop, type Job } from './batch-loop.ts';
import type { GraphSession } from './graph-session.ts';
import { createKeyValueCache } from './key-value-cache.ts';
import type { MemoryPlan } from './memory-plan.ts';
import type { ModelFolder } from './model-folder.ts';
import { createPrefixStore } from './prefix-store.ts';

const VOCABULARY = 97;
const END = 0;
const model = { layers: 1, keyValueHeads: 1, headDimension: 1, vocabularySize: VOCABULARY } as ModelFolder;

/** A model whose next token depends on every token before it, read from the cache: a wrong cache gives a wrong text. */
const nextToken = (tokens: readonly number[]): number => tokens.reduce((hash, token, place) => (hash * 31 + token * (place + 7)) % VOCABULARY, 5);

function continueAlone(prompt: number[], maxTokens: number): number[] {
  const tokens = [...prompt];
  while (tokens.length - prompt.length < maxTokens) {
    tokens.push(nextToken(tokens));
    if (tokens.at(-1) === END) break;
  }
  return tokens.slice(prompt.length).filter((token) => token !== END);
}

function setUp(slots = 4, contextLength = 2048) {
  const cache = createKeyValueCache(model, slots, contextLength);
  const widths: number[] = [];
  const session: GraphSession = {
    async step(target, from, rows, wanted) {
      await new Promise((resolve) => setImmediate(resolve));
      widths.push(rows.length * rows[0]!.tokens.length);
      return rows.flatMap((row, index) => {
        const past = [...target.rows(0, 'key', from + index, 1).subarray(0, row.past)];
        for (const kind of ['key', 'value'] as const) target.append(0, kind, from + index, row.past, Float32Array.from(row.tokens));
        const logits = new Float32Array(VOCABULARY);
        const likeliest = nextToken([...past, ...row.tokens]);
        logits[likeliest] = 1;
        return wanted === 'nothing' ? [] : [{ likeliest, logits: wanted === 'logits' ? logits : undefined }];
      });
    },
    release: async () => {},
  };
  const parts = new Map<number, Part[]>();
  const failures: number[] = [];
  let notify = (): void => {};
  const plan: MemoryPlan = { slots, contextLength, prefixTokens: contextLength, bytes: 0 };
  const loop = createBatchLoop({
    session,
    cache,
    prefixes: createPrefixStore(plan.prefixTokens),
    plan,
    eosTokenIds: [END],
    decode: (tokens) => tokens.map((token) => String.fromCharCode(0x4e00 + token)).join(''),
    emit(id, part) {
      parts.set(id, [...(parts.get(id) ?? []), part]);
      if (part.type === 'end') notify();
    },
    fail: (ids) => void (failures.push(...ids), notify()),
  });
  const ended = (count: number): Promise<void> =>
    new Promise((resolve) => {
      notify = () => {
        const done = [...parts.values()].filter((list) => list.at(-1)?.type === 'end').length + failures.length;
        if (done >= count) resolve();
      };
      notify();
    });
  const tokensOf = (id: number): number[] => (parts.get(id) ?? []).flatMap((part) => (part.type === 'text-delta' ? [...part.text].map((character) => character.charCodeAt(0) - 0x4e00) : []));
  return { loop, session, parts, failures, ended, tokensOf, widths };
}

// Top-k of one draws the likeliest token, but needs the logits to do so.
const job = (id: number, prompt: number[], maxTokens: number, sampled = false): Job => ({ id, prompt, request: sampled ? { maxTokens, temperature: 1, topK: 1 } : { maxTokens } });

describe('createBatchLoop', () => {
  it('gives every request of any mix the text it would get alone', async () => {
    const prompt = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 700 });
    const request = fc.record({ prompt, shared: fc.nat(600), maxTokens: fc.integer({ min: 1, max: 150 }), sampled: fc.boolean() });
    const common = Array.from({ length: 600 }, (_, index) => 1 + (index % 7));
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 12 }), async (requests) => {
        const { loop, ended, tokensOf, parts } = setUp();
        const jobs = requests.map(({ prompt: own, shared, maxTokens, sampled }, id) => job(id, [...common.slice(0, shared), ...own], maxTokens, sampled));
        for (const item of jobs) loop.add(item);
        await ended(jobs.length);
        for (const item of jobs) {
          expect(tokensOf(item.id)).toEqual(continueAlone(item.prompt, item.request.maxTokens!));
          const end = parts.get(item.id)!.at(-1);
          expect(end).toMatchObject({ type: 'end', usage: { inputTokens: item.prompt.length, calls: 1 } });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('reuses a common beginning of a running and of a finished request', async () => {
    const { loop, ended, parts } = setUp();
    const shared = Array.from({ length: 200 }, (_, index) => 1 + (index % 11));
    loop.add(job(0, [...shared, 20, 21], 30));
    loop.add(job(1, [...shared, 22, 23], 30));
    await ended(2);
    loop.add(job(2, [...shared, 24, 25], 5));
    await ended(3);
    for (const id of [1, 2]) expect(parts.get(id)!.at(-1)).toMatchObject({ usage: { cachedTokens: 200 } });
  });

  it('never runs one prompt token alone when there are more, for one rounds differently', async () => {
    const { loop, ended, widths } = setUp(1);
    for (const length of [513, 512, 2, 17, 1025]) loop.add(job(length, Array.from({ length }, () => 1 + (length % 5)), 1));
    await ended(5);
    // The whole prompt is known by now, and two tokens of it are still computed.
    loop.add(job(1, Array.from({ length: 513 }, () => 1 + (513 % 5)), 1));
    await ended(6);
    expect(Math.min(...widths)).toBeGreaterThan(1);
  });

  it('keeps running rows moving while a long prompt is read', async () => {
    const { loop, ended, parts } = setUp();
    loop.add(job(0, [1, 2, 3], 40));
    loop.add(job(1, Array.from({ length: 1900 }, (_, index) => 1 + (index % 13)), 1));
    await ended(1);
    const shown = parts.get(0)!.filter((part) => part.type === 'text-delta').length;
    expect(shown).toBeGreaterThan(4);
  });

  it('abort frees the row, also of a request that waits', async () => {
    const { loop, ended, parts, tokensOf } = setUp(1);
    loop.add(job(0, [1, 2], 100_000));
    loop.add(job(1, [3, 4], 5));
    loop.add(job(2, [5, 6], 5));
    loop.abort(0);
    loop.abort(1);
    await ended(1);
    expect(tokensOf(2)).toEqual(continueAlone([5, 6], 5));
    expect(parts.get(1)).toBeUndefined();
  });

  it('ends at the context with reason length', async () => {
    const { loop, ended, parts } = setUp(1, 128);
    loop.add(job(0, Array.from({ length: 120 }, () => 3), 1000));
    await ended(1);
    const end = parts.get(0)!.at(-1);
    if (end?.type === 'end' && end.finishReason === 'length') expect(end.usage.outputTokens).toBe(8);
    else expect(end).toMatchObject({ finishReason: 'stop' });
  });

  it('a failing step fails its rows and the next request works', async () => {
    const { loop, session, ended, failures, tokensOf } = setUp();
    const { step } = session;
    session.step = async () => {
      session.step = step;
      throw new Error('no');
    };
    loop.add(job(0, [1, 2], 5));
    await ended(1);
    expect(failures).toEqual([0]);
    loop.add(job(1, [1, 2], 5));
    await ended(2);
    expect(tokensOf(1)).toEqual(continueAlone([1, 2], 5));
  });
});
