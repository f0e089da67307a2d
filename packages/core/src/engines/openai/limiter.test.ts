import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLimiter } from './limiter.ts';

const settled = async (promise: Promise<unknown>): Promise<boolean> => Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);

describe('createLimiter', () => {
  it('lets in as many as there are places, in order', async () => {
    const limiter = createLimiter();
    limiter.widen(2);
    const [leave] = await Promise.all([limiter.enter(), limiter.enter()]);
    const third = limiter.enter();
    const fourth = limiter.enter();
    expect(await settled(third)).toBe(false);
    leave!();
    leave!(); // twice counts once
    const leaveThird = await third;
    expect(await settled(fourth)).toBe(false);
    leaveThird();
    await fourth;
  });

  it('forgets who is aborted while waiting', async () => {
    const limiter = createLimiter();
    const leave = await limiter.enter();
    const controller = new AbortController();
    const given = limiter.enter(controller.signal);
    const next = limiter.enter();
    controller.abort();
    await expect(given).rejects.toMatchObject({ code: 'aborted' });
    leave();
    (await next)();
    (await limiter.enter())();
    await expect(limiter.enter(controller.signal)).rejects.toMatchObject({ code: 'aborted' });
  });

  it('keeps everyone out for the pause, and gives up where it is long', async () => {
    const limiter = createLimiter(() => 0);
    limiter.pause(15);
    const begun = performance.now();
    (await limiter.enter())();
    expect(performance.now() - begun).toBeGreaterThanOrEqual(14);
    limiter.pause(1000);
    const controller = new AbortController();
    const given = limiter.enter(controller.signal);
    controller.abort();
    await expect(given).rejects.toMatchObject({ code: 'aborted' });
    limiter.pause(60_000);
    await expect(limiter.enter()).rejects.toMatchObject({ code: 'overloaded', retryable: true });
  });

  it('grants ten retries, then one for ten requests', async () => {
    const limiter = createLimiter();
    const granted = () => Array.from({ length: 20 }, () => limiter.takeRetry()).filter(Boolean).length;
    expect(granted()).toBe(10);
    for (let count = 0; count < 21; count++) (await limiter.enter())();
    expect(granted()).toBe(2);
  });
});

describe('a server that gives no answer', () => {
  afterEach(() => void vi.restoreAllMocks());

  const failTimes = (limiter: ReturnType<typeof createLimiter>, times: number): void => {
    for (let count = 0; count < times; count++) limiter.report(false);
  };

  it('is left alone after five times, then tried by one request', async () => {
    let now = 1000;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const limiter = createLimiter();
    limiter.widen(8);
    failTimes(limiter, 4);
    (await limiter.enter())();
    failTimes(limiter, 1);
    await expect(limiter.enter()).rejects.toMatchObject({ code: 'upstream_failed', retryable: true, message: expect.stringContaining('last 5 requests') });
    now += 10_001;
    await limiter.enter();
    await expect(limiter.enter()).rejects.toMatchObject({ code: 'upstream_failed' });
    limiter.report(true);
    await limiter.enter();
    await limiter.enter();
  });

  it('is asked as before where failures do not follow each other', async () => {
    const limiter = createLimiter();
    limiter.widen(8);
    failTimes(limiter, 4);
    limiter.report(true);
    failTimes(limiter, 4);
    await limiter.enter();
  });
});
