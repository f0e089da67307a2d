import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadReader, type Reader } from '../../extract-answer.ts';
import { fromPretrained } from '../../from-pretrained.ts';
import { writeTinyReader } from './testing/tiny-reader.ts';

// An answer begins at a "q" or at 猫 and ends at an "x" or at 觉: the likeliest of the tokens that can.
const scores = { start: { q: 8, 猫: 9 }, end: { '##x': 8, 觉: 9 } };

describe('a reader', () => {
  let folder = '';
  let reader: Reader;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reader-'));
    await writeTinyReader(folder, scores);
    reader = await loadReader(folder);
  });
  afterAll(async () => {
    await reader.dispose();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['one word', 'a b qzx c', 'qzx'],
    ['several words, their signs between them', 'so (qa, b! c bx) d', 'qa, b! c bx'],
    ['capitals and accents', 'Ab QÉX d', 'QÉX'],
    ['Chinese without spaces', '文猫在睡觉文', '猫在睡觉'],
    ['behind characters of two units', '🦊🦊 a 👩‍👩‍👧 qx.', 'qx'],
    ['with an unknown word inside', 'a q ☃☃ bx c', 'q ☃☃ bx'],
    ['what looks like a special token is text', 'a [SEP] qx', 'qx'],
    ['line breaks and tabs', 'a\n\n\tq\r\n bx', 'q\r\n bx'],
  ])('points at its answer, to the unit: %s', async (_, text, expected) => {
    const answer = await reader.answer('who?', text);
    expect(answer!.text).toBe(expected);
    expect(text.slice(answer!.start, answer!.end)).toBe(expected);
    expect(answer!.start).toBe(text.indexOf(expected));
    expect(answer!.score > 0.5 && answer!.score <= 1).toBe(true);
  });

  it.each([0, 7, 100, 1000])('reads a long text to its end: the answer behind %i words', async (before) => {
    const text = `${'ab c. '.repeat(before)}qbx${' de f.'.repeat(50)}`;
    expect(await reader.answer('who is it?', text)).toMatchObject({ text: 'qbx', start: before * 6 });
  });

  it('refuses what it cannot read, and hears an abort', async () => {
    await expect(reader.answer('a'.repeat(40), 'a b')).rejects.toMatchObject({ code: 'context_overflow' });
    await expect(reader.answer('', 'a b')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(reader.answer('who?', '  ')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(reader.answer('who?', 'a b', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    const controller = new AbortController();
    const long = reader.answer('who?', 'ab c. '.repeat(20_000), { signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await expect(long).rejects.toMatchObject({ code: 'aborted' });
    expect(await reader.answer('who?', 'a qx b')).toMatchObject({ text: 'qx' });
  });

  it('is no model that writes', async () => {
    await expect(fromPretrained(`transformers-js:${folder}`)).rejects.toMatchObject({ code: 'unsupported_model', message: expect.stringContaining('loadReader') });
  });
});

it('a reader that knows "no answer" gives none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reader-'));
  await writeTinyReader(folder, { start: { '[CLS]': 5, q: 8 }, end: { '[CLS]': 5, '##x': 8 } });
  await using reader = await loadReader(folder);
  expect(await reader.answer('who?', 'a b c d')).toBeUndefined();
  expect(await reader.answer('who?', 'a qx d')).toMatchObject({ text: 'qx' });
  await rm(folder, { recursive: true });
});
