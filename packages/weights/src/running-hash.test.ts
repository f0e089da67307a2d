import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTaskError } from './errors.ts';
import { createRunningHash } from './running-hash.ts';
import { chunksOf, fakeBytes, sha256Of } from './testing/fake-model.ts';

test('however the bytes come, the hash is that of the whole and a wrong byte is found in its stretch', () => {
  const run = fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 120 }), fc.array(fc.integer({ min: 1, max: 200 })), fc.option(fc.nat(), { nil: undefined }), (length, bytesEach, cuts, wrongAt) => {
    const right = fakeBytes(length);
    const wrong = wrongAt === undefined ? undefined : wrongAt % length;
    const sent = Buffer.from(right);
    if (wrong !== undefined) sent[wrong] = sent[wrong]! ^ 4;
    const running = createRunningHash(chunksOf(right, bytesEach), length);
    let at = 0;
    const sendAll = (bytes: Buffer): void => {
      for (const cut of [...cuts, length]) {
        const next = bytes.subarray(at, at + cut);
        at += next.length;
        running.update(next);
      }
    };
    if (wrong !== undefined) {
      expect(() => sendAll(sent)).toThrow(expect.objectContaining({ code: 'integrity_failed' }));
      at = running.rewind();
      expect(at).toBe(Math.floor(wrong / bytesEach) * bytesEach);
    }
    sendAll(right);
    expect(running.digest()).toBe(sha256Of(right));
  });
  fc.assert(run);
});

test('without hashes of stretches it is an ordinary hash, and goes back to nothing', () => {
  const running = createRunningHash(undefined, undefined);
  running.update(Buffer.from('abc'));
  expect(running.rewind()).toBe(0);
  running.update(Buffer.from('abc'));
  expect(running.digest()).toBe(createHash('sha256').update('abc').digest('hex'));
});

test('the error names the stretch', () => {
  const right = fakeBytes(100);
  const running = createRunningHash(chunksOf(right, 40), 100);
  try {
    running.update(Buffer.concat([right.subarray(0, 80), Buffer.alloc(20)]));
    expect.unreachable();
  } catch (error) {
    expect(isTaskError(error) && error.details).toMatchObject({ from: 80, to: 100 });
  }
});
