import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job } from './batch-loop.ts';
import type { Constraint } from './constraint.ts';
import { VOCABULARY, nextToken, continueAlone, setUp, job } from './testing/batch-loop-setup.ts';

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

  it('scores beside running rows, slice by slice, as one would token by token', async () => {
    const continuation = fc.array(fc.integer({ min: 1, max: VOCABULARY - 1 }), { maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 400 }), fc.array(continuation, { maxLength: 5 }), async (prompt, continuations) => {
        const { loop, ended, tokensOf, scored, widths } = setUp();
        loop.add(job(0, [1, 2, 3], 60));
        loop.add({ id: 1, prompt, request: {}, continuations });
        loop.add(job(2, [...prompt, 4], 20));
        await ended(3);
        for (const [id, start, most] of [[0, [1, 2, 3], 60], [2, [...prompt, 4], 20]] as const) expect(tokensOf(id)).toEqual(continueAlone([...start], most));
        // The logit of the likeliest token is 1, of all others 0.
        const total = Math.log(VOCABULARY - 1 + Math.E);
        const scoreOf = (tokens: number[]): number => tokens.reduce((sum, token, place) => sum - total + (nextToken([...prompt, ...tokens.slice(0, place)]) === token ? 1 : 0), 0);
        const scores = scored.get(1)!;
        expect(scores.map(({ tokens }) => tokens)).toEqual(continuations.map((tokens) => tokens.length));
        scores.forEach(({ logprob }, index) => expect(logprob).toBeCloseTo(scoreOf(continuations[index]!), 5));
        expect(Math.max(...widths)).toBeLessThanOrEqual(256);
      }),
      { numRuns: 25 },
    );
  });

  it('holds a row to its constraint, and disposes of it however the row ends', async () => {
    const { loop, session, ended, tokensOf, parts } = setUp(2);
    const disposed: number[] = [];
    /** Only tokens above the last one, five of them. */
    const rising = (id: number): Constraint => {
      let last = 0;
      let left = 5;
      return {
        prepare: async () => {},
        allows: (token) => token > last,
        restrict: (logits) => void logits.fill(-Infinity, 0, last + 1),
        accept: (token) => (last = token) === VOCABULARY - 1 || --left === 0,
        dispose: () => void disposed.push(id),
      };
    };
    const held = (id: number, prompt: number[]): Job => ({ ...job(id, prompt, 50), constraint: rising(id), warnings: ['so it is'] });
    loop.add(held(0, [1, 2]));
    loop.add(job(1, [3, 4], 20));
    loop.add(held(2, [5, 6]));
    loop.abort(2);
    await ended(2);
    const tokens = tokensOf(0);
    expect(tokens.length).toBeGreaterThan(0);
    expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b));
    expect(parts.get(0)!.at(-1)).toMatchObject({ finishReason: 'stop', warnings: ['so it is'] });
    expect(tokensOf(1)).toEqual(continueAlone([3, 4], 20));
    expect(disposed).toEqual([2, 0]);
    session.step = () => Promise.reject(new Error('no'));
    loop.add(held(3, [1, 2]));
    await ended(3);
    expect(disposed).toEqual([2, 0, 3]);
  });

  it('reports log-probabilities, one for every token of the text', async () => {
    const { loop, ended, parts, tokensOf } = setUp();
    loop.add({ id: 0, prompt: [1, 2, 3], request: { maxTokens: 12, logprobs: 2 } });
    await ended(1);
    const end = parts.get(0)!.at(-1)!;
    const logprobs = end.type === 'end' ? end.logprobs! : [];
    expect(logprobs.map(({ token }) => token.charCodeAt(0) - 0x4e00)).toEqual(tokensOf(0));
    for (const { token, logprob, top } of logprobs) {
      expect(top[0]).toEqual({ token, logprob });
      expect(top).toHaveLength(2);
      expect(logprob).toBeCloseTo(1 - Math.log(VOCABULARY - 1 + Math.E), 6);
    }
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
